import * as fs from 'node:fs'
import * as path from 'node:path'
import { slashedFrom } from '../project/slashed.js'
import type { LoadFolder } from './load-folder.js'

/**
 * Puts a built file, which lies in a project's plugins folder, into a folder to load it from, and returns where it is. Its map leads to the
 * sources all the same.
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
