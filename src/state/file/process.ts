import { readFileSync, readlinkSync } from 'node:fs'
import { uptime } from 'node:os'
import * as process from 'node:process'

/**
 * One process of one boot of one machine or container. A process id alone is used again; with the time of its start
 * it is not. `boot` and `pids` say where the id means something: on the same boot, in the same space of ids.
 */
export interface ProcessId {
  pid: number
  /** Clock ticks from the boot to its start, 0 where the system does not tell. */
  start: number
  boot: string
  pids: string
}

export function thisProcess(): ProcessId {
  const { pid } = process
  return { pid, start: startOf(pid)?.start ?? 0, boot: bootId(), pids: pidNamespace() }
}

/** Whether the process is there, or `unknown` when its id means nothing here: another container, another boot. */
export function isAlive(other: ProcessId, here: ProcessId): boolean | 'unknown' {
  if (other.boot !== here.boot || other.pids !== here.pids) return 'unknown'
  if (other.start === 0) return answersSignals(other.pid)
  const found = startOf(other.pid)
  // A killed process stays as a zombie until its parent asks for it; its files are closed by then.
  return found !== undefined && found.start === other.start && !'ZX'.includes(found.state)
}

/** When this machine started, in milliseconds since 1970: files that are older were left by an earlier boot. */
export const bootTime = (): number => Date.now() - uptime() * 1000

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function startOf(pid: number): { state: string; start: number } | undefined {
  const stat = tryRead(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  if (stat === undefined) return undefined
  // The name in parentheses may hold anything; the state follows it, the start is the 20th field from there.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', start: Number(fields[19] ?? 0) }
}

const bootId = (): string =>
  tryRead(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8)) ?? '0'

const pidNamespace = (): string => tryRead(() => readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')) ?? '0'

function tryRead(read: () => string): string | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
