import * as fs from 'node:fs'

/** What Linux reports about a process. */
export interface ProcessStat {
  /** One letter: `Z` is a zombie, `X` is dead. */
  state: string
  parent: number
  /** The start of the process, in clock ticks since the boot. */
  start: number
}

/** Returns undefined if the process does not exist, or if the system has no `/proc`. */
export function processStat(pid: number): ProcessStat | undefined {
  const stat = tryRead(() => readShort(`/proc/${pid}/stat`))
  if (stat === undefined) return undefined
  // The name in parentheses may hold any character. The state follows it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', parent: Number(fields[1]), start: Number(fields[19] ?? 0) }
}

// For a file of unknown size `readFileSync` allocates 64 kB. A host reads one twice a second.
const shared = Buffer.alloc(2048)

function readShort(file: string): string {
  const fd = fs.openSync(file, 'r')
  try {
    return shared.toString('latin1', 0, fs.readSync(fd, shared))
  } finally {
    fs.closeSync(fd)
  }
}

export function tryRead(read: () => string): string | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
