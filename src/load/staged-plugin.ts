import * as fs from 'node:fs'
import * as path from 'node:path'
import { slashedFrom } from '../project/slashed.js'
import type { Trial } from './trial.js'

/**
 * Puts a built file, which lies in a project's plugins folder, into a trial and returns where it is. Its map leads to the
 * sources all the same.
 */
export function stagePlugin(trial: Trial, plugins: string, file: string): string {
  const below = slashedFrom(plugins, file)
  const map = `${file}.map`
  if (fs.existsSync(map))
    trial.add(`plugins/${below}.map`, withAbsoluteSources(fs.readFileSync(map, 'utf8'), path.dirname(file)))
  return trial.add(`plugins/${below}`, fs.readFileSync(file))
}

function withAbsoluteSources(text: string, folder: string): string {
  const map: { sources: string[] } = JSON.parse(text)
  const sources = map.sources.map(source => path.resolve(folder, source))
  return JSON.stringify({ ...map, sources })
}
