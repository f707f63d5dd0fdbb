import type { Kind } from './kind.js'

/** One version of a plugin in a plugins folder. */
export interface InstalledVersion {
  /** Without one leading `v`; undefined where the file name has none. */
  version: string | undefined
  /** Relative to the plugins folder, with `/`. */
  file: string
}

/** A plugin in a plugins folder, with all its versions, the one that takes effect first. */
export interface InstalledPlugin {
  kind: Kind
  name: string
  symbol: string
  versions: [InstalledVersion, ...InstalledVersion[]]
}
