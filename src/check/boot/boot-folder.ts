import * as fs from 'node:fs'
import * as path from 'node:path'
import type { LoadFolder } from '../../load/load-folder.js'
import type { Kind } from '../../plugin/kind.js'

/** A plugin to start. */
export interface BootPlugin {
  kind: Kind
  name: string
  /** Its built file, absolute; undefined in a package that another tool made. */
  file: string | undefined
}

/** An unpacked package, ready to start. */
export interface BootFolder {
  /** The package's own folder. Its place below the home of `loadFolder` is the same as below an engine's root. */
  folder: string
  loadFolder: LoadFolder
  name: string
  executable: string
  language: string
  /** The folder of its channels: a private one, or for a package from another tool the one that all engines use. */
  channels: string
  plugins: BootPlugin[]
  /** The default properties of each source, by name. */
  defaults: ReadonlyMap<string, Record<string, unknown>>
}

/** The folders of a package below a root, as in an engine. */
export function makeFolders(home: string, name: string): { folder: string; channels: string } {
  const folder = path.join(home, 'plugins', 'portable', name)
  const channels = path.join(home, 'c')
  for (const made of [folder, channels, path.join(home, 'data')]) fs.mkdirSync(made, { recursive: true })
  return { folder, channels }
}
