import * as fs from 'node:fs'
import { tryRead } from './stat.js'

/**
 * Milliseconds for which a process and those that it started were ready to run, and waited for a processor: of each the
 * thread that waited longest. 0 if the system does not report it.
 */
export function queueTime(pid: number | undefined): number {
  if (pid === undefined) return 0
  const threads = threadsOf(pid)
  const waits = threads.map(thread => Number(readIn(pid, thread, 'schedstat').split(' ')[1] ?? 0) / 1e6)
  const children = threads.flatMap(thread => readIn(pid, thread, 'children').match(/\d+/g) ?? [])
  return Math.max(0, ...waits) + children.reduce((sum, child) => sum + queueTime(Number(child)), 0)
}

function threadsOf(pid: number): string[] {
  const folder = `/proc/${pid}/task`
  return tryRead(() => fs.readdirSync(folder).join(' '))?.split(' ') ?? []
}

const readIn = (pid: number, thread: string, file: string): string =>
  tryRead(() => fs.readFileSync(`/proc/${pid}/task/${thread}/${file}`, 'latin1')) ?? ''
