import type { Environment } from './config/secrets.js'
import type { Plugin } from './plugin.js'
import type { StateStore } from '../state/store.js'
import type { RulePlace } from '../plugin/rule-place.js'
import type { Level } from '../plugin/log-level.js'

/** What runs plugins: the local host, the portable host and `kplug/testing` each have their own. */
export interface Host {
  /** `error` is the cause of the message. A host may add where it was thrown. */
  log(level: Level, message: string, plugin: Plugin, place: RulePlace, error?: unknown): void
  /** Opens the state when the first plugin uses it. */
  store(): Promise<StateStore>
  /** The environment that secrets are read from. Default: an empty one. */
  readonly env?: Environment
  /** The absolute path of the folder of `ctx.asset`. */
  assets: string
  /** Milliseconds that a function call or a sink's `collect` may take. 0 is no limit. */
  deadline: number
  /** Milliseconds that a plugin has to end after its signal aborted. */
  closeLimit: number
}
