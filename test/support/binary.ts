import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import * as path from 'node:path'

export const repository = path.join(import.meta.dirname, '..', '..')

/** The command as npm installs it. */
export const binary = path.join(repository, 'bin', 'kplug.cjs')

/** How a child process ended, and what it wrote. */
export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const written = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => (written.stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (written.stderr += chunk.toString()))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, ...written }
}

/** Runs a script in Node, with standard input at its end. */
export function node(folder: string, args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  return ended(spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], ...options }))
}
