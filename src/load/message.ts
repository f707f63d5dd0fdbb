import type { Kind } from '../plugin/kind.js'
import type { About } from '../plugin/about.js'

/** A built file to be loaded. */
export interface InspectionRequest {
  file: string
  kind: Kind
  symbol: string
  /** Properties to try on its `config`. */
  trials?: readonly Record<string, unknown>[]
}

/** What a built file says of itself, or why it cannot be loaded. */
export interface Inspected {
  file: string
  about?: About | undefined
  /** Named configurations that it exports, as they are. */
  configurations?: unknown
  /** The JSON Schema of its properties. */
  config?: object | undefined
  hasConfig?: boolean
  /** Whether its `config` is a Standard Schema. */
  isSchema?: boolean
  /** The names of all its exports; undefined where it could not be loaded at all. */
  exports?: string[]
  /** The names of its methods, as far as they can be known. */
  methods?: string[]
  /** Whether a function says that it is an aggregate function. */
  aggregate?: boolean
  /** For each trial why the properties are refused; null where they are not. */
  refusals?: (string | null)[]
  failure?: string
  /** The package that was not found, if the file could not be loaded for that. */
  missingPackage?: string | undefined
  stack?: string | undefined
}

/** What a process notes while a plugin is loaded in it, for who started it. One line of JSON each. */
export type Note =
  | { note: 'listen'; where: string; stack: string }
  | { note: 'exit'; stack: string }
  | { note: 'memory' }
  /** The main thread did not get on; lines and columns count from 0. */
  | { note: 'stuck'; frames: { url: string; line: number; column: number }[] }

/** The environment variable with the path of the file that notes are added to. */
export const notesVariable = 'KPLUG_NOTES'

/** The one with the bytes that the process may have; it is ended when it has more. */
export const memoryVariable = 'KPLUG_MEMORY'
