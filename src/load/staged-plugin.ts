import * as fs from 'node:fs'
import * as path from 'node:path'
import { slashedFrom } from '../project/slashed.js'
import type { LoadFolder } from './load-folder.js'

/**
 * Copies a built file from a project's plugins folder into a folder from which it can be loaded, and returns the path
 * of the copy. Its source map still leads to the sources.
 */
export function stagePlugin(loadFolder: LoadFolder, plugins: string, file: string): string {
  const below = slashedFrom(plugins, file)
  const map = `${file}.map`
  if (fs.existsSync(map))
    loadFolder.add(
      `plugins/${below}.map`,
      withAbsoluteSources(fs.readFileSync(map, 'utf8'), path.dirname(file)),
    )
  return loadFolder.add(`plugins/${below}`, fs.readFileSync(file))
}

function withAbsoluteSources(text: string, folder: string): string {
  const map: { sources: string[] } = JSON.parse(text)
  const sources = map.sources.map(source => path.resolve(folder, source))
  return JSON.stringify({ ...map, sources })
}
