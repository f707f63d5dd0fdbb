import { processStat } from '../process/stat.js'

const interval = 500

/** The processes above a host, by their ids. */
interface Above {
  /** What started the host: the engine, or a supervisor. */
  parent: number
  /** The engine, if a supervisor is in between. */
  engine: number | undefined
}

/**
 * Watches the engine that started this process: when a process dies, its children get another parent. `check` looks at
 * once, because a new connection may belong to another engine.
 */
export function watchEngine({ parent, engine }: Above, gone: () => void): { check: () => void } {
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
