import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Location } from '../problem/problem.js'
import type { SeenExports } from '../problem/project-problems.js'
import { locationOfExport } from '../project/export-location.js'
import type { PluginSource } from '../project/plugin-sources.js'
import type { Project } from '../project/project.js'

/**
 * What a file exports instead of its symbol, and where. esbuild knows only the names of values, so names of types are
 * searched in the source text.
 */
export function exportedInstead(
  project: Project,
  { file, symbol }: PluginSource,
  values: readonly string[],
): { exports: SeenExports; location: Location } {
  const text = fs.readFileSync(path.join(project.folder, file), 'utf8')
  const asType = new RegExp(
    `\\bexport\\s+(?:declare\\s+)?(?:interface|type|abstract\\s+class)\\s+${symbol}\\b|\\bexport\\s+type\\s*\\{[^}]*\\b${symbol}\\b`,
  ).test(text)
  const instead =
    values.find(value => value.toLowerCase() === symbol.toLowerCase()) ??
    values.find(value => value !== 'config' && value !== 'about')
  return { exports: { values, asType }, location: locationOfExport(text, instead ?? symbol) }
}
