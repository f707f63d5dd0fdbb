import * as fs from 'node:fs'
import * as os from 'node:os'
import { processStat, tryRead } from './stat.js'

/**
 * Identifies one process on one boot of one machine or container. The system reuses process ids, and the start time
 * distinguishes two processes with the same id. The id is valid only on the same boot and in the same pid namespace.
 */
export interface ProcessId {
  pid: number
  /** Clock ticks between the boot and the start; 0 if the system does not report them. */
  start: number
  boot: string
  pids: string
}

export function thisProcess(): ProcessId {
  const { pid } = process
  return { pid, start: processStat(pid)?.start ?? 0, boot: bootId(), pids: pidNamespace() }
}

/** Whether the process runs. `unknown` if the id belongs to another container or boot. */
export function isAlive(other: ProcessId, here: ProcessId): boolean | 'unknown' {
  if (other.boot !== here.boot || other.pids !== here.pids) return 'unknown'
  if (other.start === 0) return acceptsSignals(other.pid)
  const found = processStat(other.pid)
  // A killed process remains as a zombie until its parent waits for it. Its files are already closed.
  return found !== undefined && found.start === other.start && !'ZX'.includes(found.state)
}

/** When this machine started, in milliseconds since 1970. Files older than this are from an earlier boot. */
export const bootTime = (): number => Date.now() - os.uptime() * 1000

/** Whether a process with this number exists, of any user. */
export function acceptsSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const bootId = (): string =>
  tryRead(() => fs.readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8)) ?? '0'

const pidNamespace = (): string =>
  tryRead(() => fs.readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')) ?? '0'
