import type { Channels } from '../ekuiper/channels.js'
import type { Level } from '../plugin/log-level.js'
import type { PackagedPlugin } from '../plugin/package-manifest.js'
import type { RulePlace } from '../plugin/rule-place.js'
import type { Environment } from '../runtime/config/secrets.js'
import type { StateStore } from '../state/store.js'
import type { Culprits } from './culprits.js'
import type { Log } from './log.js'
import type { Notes } from './notes.js'
import type { PackagedCode } from './packaged-code.js'
import type { PluginErrors } from './plugin-errors.js'

/** What a package requires from the process. */
export interface Surroundings {
  /** The package's own folder, absolute. */
  folder: string
  channels: Channels
  /** The environment from which secrets are read. */
  env?: Environment
  log: Log
  errors: PluginErrors
  store(): Promise<StateStore>
  /** Whether `kplug validate` plays the engine: it receives refusals with codes, and the log contains stacks. */
  isCheck?: boolean
  /** The file for rows that sinks have refused. */
  deadLetters?: string
  /** Called on every new connection: the process verifies that it still belongs to its own engine. */
  connected: () => void
  /** Where to record what is running. */
  notes: Notes
  /** Whether this process takes over from a process that died. */
  tookOver: boolean
}

/** What the parts of a package share. */
export interface Shared extends Surroundings {
  code: PackagedCode
  culprits: Culprits
  /** Writes a line about the package. */
  say: (level: Level, message: string) => void
  /** Writes the error of a plugin. */
  failed: (plugin: PackagedPlugin, place: RulePlace, error: unknown) => void
  /** The error of a source, as the engine receives it. */
  explain: (error: unknown) => string
  /** What keeps the items that a sink refuses for good; undefined if neither its action nor the package wants that. */
  refusedBy: (sink: string, rule: string, props: Readonly<Record<string, unknown>>) => Keep | undefined
}

/** Keeps an item as the engine sent it. */
export type Keep = (item: Buffer, reason: string) => void
