import type { PluginId } from './plugin-id.js'

/** One version of a plugin in a plugins folder. */
export interface InstalledVersion {
  /** Without one leading `v`; undefined where the file name has none. */
  version: string | undefined
  /** Relative to the plugins folder, with `/`. */
  file: string
}

/** A plugin in a plugins folder, with all its versions, the one that takes effect first. */
export interface InstalledPlugin extends PluginId {
  symbol: string
  versions: [InstalledVersion, ...InstalledVersion[]]
}
