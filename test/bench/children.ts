import { type ChildProcess, spawn, spawnSync, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'

export const repository = path.join(import.meta.dirname, '..', '..')
export const binary = path.join(repository, 'bin', 'kplug.cjs')

// Node 20 reads these certificates at every start, which would cost each child 50 ms.
const { NODE_EXTRA_CA_CERTS: _certificates, ...env } = process.env

/** Milliseconds that a Node process took from its start to its end. */
export function timeOf(args: readonly string[], cwd: string): number {
  const began = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const time = performance.now() - began
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr.toString()}`)
  return time
}

export function start(
  args: readonly string[],
  cwd: string,
  stdio: StdioOptions,
  program = process.execPath,
): ChildProcess {
  return spawn(program, args, { cwd, env, stdio })
}

export async function succeeded(child: ChildProcess): Promise<void> {
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`)
}

/** Does something in a fresh folder with some files, which is removed at the end. */
export async function inFolder<T>(
  files: Readonly<Record<string, string>>,
  act: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'kplug-bench-'))
  try {
    for (const [file, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
      fs.writeFileSync(path.join(folder, file), text)
    }
    return await act(folder)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

export const manifest = '{"name": "things", "version": "0.1.0", "type": "module", "kplug": {}}\n'

/** A figure of a process's memory in MB; undefined where it is gone. \`VmRSS\` is now, \`VmHWM\` the most so far. */
export function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): number | undefined {
  try {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8')
    const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
  } catch {
    return undefined
  }
}

/** Milliseconds of CPU that processes have used so far. Linux counts them in ticks of 10 ms. */
export function cpuTimeOf(pids: readonly number[]): number {
  const ticks = pids.flatMap(pid => {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in parentheses may hold any character. The state follows it.
    return stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
  })
  return ticks.reduce((sum, count) => sum + Number(count) * 10, 0)
}

export function childrenOf(pid: number): number[] {
  try {
    const list = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return list.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
