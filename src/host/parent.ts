import { processStat } from '../process/stat.js'

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
    process.ppid === parent && (engine === undefined || processStat(parent)?.parent === engine)
  const check = (): void => {
    if (told || isThere()) return
    told = true
    gone()
  }
  setInterval(check, interval)
  return { check }
}
