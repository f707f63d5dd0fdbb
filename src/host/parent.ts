import { processStat } from '../process/stat.js'

const interval = 500

/**
 * Watches the engine that started this process: when a process dies, its children get another parent. `check` looks at
 * once, because a new connection may belong to another engine. With a supervisor in between, `engine` is the process id
 * of the engine.
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
