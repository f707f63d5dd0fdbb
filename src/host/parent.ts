import * as fs from 'node:fs'

const interval = 500

/**
 * Watches the engine that this process belongs to: when it is gone, however it died, its children are adopted by another
 * process. `check` looks at once: a channel that was just opened may be another engine's. `engine` is its process id
 * where a supervisor stands between the two.
 */
export function watchEngine(engine: number | undefined, gone: () => void): { check: () => void } {
  const parent = process.ppid
  let told = false
  const isThere = (): boolean =>
    process.ppid === parent && (engine === undefined || parentOf(parent) === engine)
  const check = (): void => {
    if (told || isThere()) return
    told = true
    gone()
  }
  setInterval(check, interval)
  return { check }
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in parentheses may hold anything; the state follows it, then the parent.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}
