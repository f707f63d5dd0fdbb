import * as fs from 'node:fs'
import * as path from 'node:path'
import { builtStem, type PluginSource } from '../project/plugin-sources.js'
import { pluginsFolder, type Project } from '../project/project.js'
import type { CarriedPackage } from './carried/carried-package.js'

/** A built plugin: its code, its source map, and the packages that it requires beside it. */
export interface BuiltFile {
  source: PluginSource
  /** Below the plugins folder, with `/`: `sources/MySource@v1.0.0.js`. */
  file: string
  code: Uint8Array
  map: Uint8Array
  carried: CarriedPackage[]
}

/** Reads the built file of a plugin from the plugins folder. */
export function readBuilt(project: Project, source: PluginSource, carried: CarriedPackage[]): BuiltFile {
  const file = `${builtStem(source)}.js`
  const full = path.join(pluginsFolder(project), file)
  return { source, file, code: fs.readFileSync(full), map: fs.readFileSync(`${full}.map`), carried }
}
