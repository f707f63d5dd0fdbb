import type { Environment } from './config/secrets.js'
import type { Plugin } from './plugin.js'
import type { StateStore } from '../state/store.js'
import type { RulePlace } from '../plugin/rule-place.js'
import type { Level } from '../plugin/log-level.js'

/** What runs plugins: the local host, the portable host and `kplug/testing` each have their own. */
export interface Host {
  /** `error` is what the message tells of: a host may add where it was thrown. */
  log(level: Level, message: string, plugin: Plugin, place: RulePlace, error?: unknown): void
  /** Opened when the first plugin asks for state. */
  store(): Promise<StateStore>
  /** The environment that secrets are read from. Default: an empty one. */
  readonly env?: Environment
  /** The folder that `ctx.asset` looks in, absolute. */
  assets: string
  /** Milliseconds that a function call or a sink's `collect` may take; 0 for no limit. */
  deadline: number
  /** Milliseconds that a plugin has for ending after it was told to. */
  closeLimit: number
}
