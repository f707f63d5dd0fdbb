import { isSystemError, systemReason } from './system-error.js'
import { UsageError } from './usage-error.js'

/**
 * What to throw after a failed call. If the system refused it, a sentence says so: `cannot('read a.json', error)` is
 * `Cannot read a.json: permission denied`. Any other error stays as it is.
 */
export const cannot = (doing: string, error: unknown): unknown =>
  isSystemError(error) ? new UsageError(`Cannot ${doing}: ${systemReason(error)}`, { cause: error }) : error

/** Makes a call that the system may refuse: `attempt('read a.json', () => fs.readFileSync('a.json'))`. */
export function attempt<T>(doing: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw cannot(doing, error)
  }
}
