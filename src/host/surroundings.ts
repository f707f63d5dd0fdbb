import type { Channels } from '../ekuiper/channels.js'
import type { Environment } from '../runtime/config/secrets.js'
import type { StateStore } from '../state/store.js'
import type { Log } from './log.js'
import type { Notes } from './notes.js'
import type { PluginErrors } from './plugin-errors.js'

/** What a package needs of the process that it runs in. */
export interface Surroundings {
  /** The package's own folder, absolute. */
  folder: string
  channels: Channels
  /** The environment that secrets are read from. */
  env?: Environment
  log: Log
  errors: PluginErrors
  store(): Promise<StateStore>
  /** Whether `kplug validate` plays the engine: it gets refusals with their codes, and stacks in the log. */
  isCheck?: boolean
  /** Called on every new connection: the process makes sure that it is still its own engine's. */
  connected: () => void
  /** Where to note what is running. */
  notes: Notes
  /** Whether this process takes over from one that died. */
  tookOver: boolean
}
