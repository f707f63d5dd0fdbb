import type { Kind } from './kind.js'
import type { Level } from './log-level.js'

/** A plugin of a package: its file is below `lib/`, with `/`. */
export interface PackagedPlugin {
  kind: Kind
  name: string
  symbol: string
  version: string | null
  file: string
}

/** `kplug.json` in a package: what the host has to know of it. Written by `kplug pack`. */
export interface PackageManifest {
  name: string
  version: string
  plugins: PackagedPlugin[]
  /** Where plugins keep their state, if not in the engine's data folder. */
  state?: string
  checkpoint?: number | 'always' | 'off'
  logLevel?: Level
  /** Milliseconds that a function call or a sink's `collect` may take. */
  deadline?: number
}

export const manifestFile = 'kplug.json'
