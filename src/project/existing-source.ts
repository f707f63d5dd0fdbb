import * as path from 'node:path'
import { folderOf, type Kind } from '../plugin/kind.js'
import { readFolder } from './folder.js'
import { sourceStem } from './source-file.js'

/** The existing source file of a plugin, in any spelling; undefined if there is none. */
export function existingSource(folder: string, kind: Kind, symbol: string): string | undefined {
  const sources = `src/${folderOf(kind)}`
  const same = readFolder(path.join(folder, sources)).find(
    entry => (sourceStem(entry.name) ?? entry.name).toLowerCase() === symbol.toLowerCase(),
  )
  return same === undefined ? undefined : `${sources}/${same.name}`
}
