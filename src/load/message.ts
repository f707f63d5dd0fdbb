import type { Kind } from '../plugin/kind.js'
import type { About } from '../plugin/about.js'

/** A built file to load. */
export interface InspectionRequest {
  file: string
  kind: Kind
  symbol: string
  /** Properties to check against its `config`. */
  propertySets?: readonly Record<string, unknown>[]
}

/** The description of a built file, or the reason why it cannot be loaded. */
export interface Inspected {
  file: string
  about?: About | undefined
  /** The named configurations that it exports, unchanged. */
  configurations?: unknown
  /** The JSON Schema of its properties. */
  config?: object | undefined
  hasConfig?: boolean
  /** Whether its `config` is a Standard Schema. */
  isSchema?: boolean
  /** The names of all its exports; undefined if it could not be loaded. */
  exportNames?: string[]
  /** The names of its methods, as far as they can be determined. */
  methods?: string[]
  /** Whether a function declares itself an aggregate function. */
  aggregate?: boolean
  /** For each set of properties, the reason why `config` refuses it; null if it does not. */
  refusals?: (string | null)[]
  failure?: string
  /** The missing package, if that is why the file could not be loaded. */
  missingPackage?: string | undefined
  stack?: string | undefined
}

/** What a process records while it loads a plugin, for its parent process. One line of JSON each. */
export type Note =
  | { note: 'listen'; where: string; stack: string }
  | { note: 'exit'; stack: string }
  | { note: 'memory' }
  /** A connection over the network is begun, made, or has failed. */
  | { note: 'dial'; id: number; where: string }
  | { note: 'dialled'; id: number; failure: string | null }
  /** The main thread was blocked. Lines and columns count from 0. */
  | { note: 'stuck'; frames: { url: string; line: number; column: number }[] }

/** What is watched in a process that loads plugins. */
export interface Watch {
  /** The file for notes. */
  notes: string
  /** The memory limit of the process in bytes. Above it, the process is killed. Undefined: none. */
  memory?: number
  /** The process that removes the folder of the notes, unless it is killed. Undefined: nothing has to be removed. */
  owner?: number
}

/** The environment variable with a `Watch` as JSON. */
export const watchVariable = 'KPLUG_WATCH'
