import { isObject } from '../data/object.js'
import { kinds } from './kind.js'
import type { Level } from './log-level.js'
import type { PluginId } from './plugin-id.js'

/** A plugin of a package: its file is below `lib/`, with `/`. */
export interface PackagedPlugin extends PluginId {
  symbol: string
  version: string | null
  file: string
}

/** `kplug.json` in a package: what the host has to know of it. Written by `kplug pack`. */
export interface PackageManifest {
  name: string
  version: string
  /** The version of kplug that packed. */
  kplug?: string
  /** The versions of eKuiper that it is for. */
  engine?: string | undefined
  plugins: PackagedPlugin[]
  /** Where plugins keep their state, if not in the engine's data folder. */
  state?: string | undefined
  checkpoint?: number | 'always' | 'off' | undefined
  logLevel?: Level | undefined
  /** Milliseconds that a function call or a sink's `collect` may take. */
  deadline?: number | undefined
  /** Megabytes for the rows that sinks refuse; without it, such rows are kept for actions that want it only. */
  deadLetters?: number | undefined
}

export const manifestFile = 'kplug.json'

export const encodePackageManifest = (manifest: PackageManifest): string =>
  JSON.stringify(manifest, undefined, 2)

/** Reads `kplug.json`; throws where it is not one. Settings are taken as `pack` wrote them. */
export function decodePackageManifest(text: string): PackageManifest {
  const values: unknown = JSON.parse(text)
  if (!isObject(values)) throw new TypeError('it is not a JSON object')
  const { name, version, plugins } = values
  if (typeof name !== 'string' || typeof version !== 'string')
    throw new TypeError('"name" and "version" must be strings')
  if (!Array.isArray(plugins) || !plugins.every(isPackagedPlugin))
    throw new TypeError('"plugins" must be an array of objects with kind, name, symbol, version and file')
  return { ...values, name, version, plugins }
}

function isPackagedPlugin(value: unknown): value is PackagedPlugin {
  if (!isObject(value)) return false
  const { kind, name, symbol, version, file } = value
  const texts = [name, symbol, file, version ?? ''].every(field => typeof field === 'string')
  return texts && kinds.some(known => known === kind)
}
