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
  const stat = tryRead(() => fs.readFileSync(`/proc/${pid}/stat`, 'latin1'))
  if (stat === undefined) return undefined
  // The name in parentheses may hold any character. The state follows it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', parent: Number(fields[1]), start: Number(fields[19] ?? 0) }
}

export function tryRead(read: () => string): string | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
