import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Kind } from '../../plugin/kind.js'
import type { Level } from '../host.js'

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

export function readPackageManifest(folder: string): PackageManifest {
  // kplug itself wrote the file, in the version that wrote this host beside it.
  return JSON.parse(fs.readFileSync(path.join(folder, manifestFile), 'utf8')) as PackageManifest
}
