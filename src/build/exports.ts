import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Place, SeenExports } from '../problem/problem.js'
import type { PluginSource } from '../project/plugin-sources.js'
import type { Project } from '../project/project.js'

/** What a file exports instead of its symbol, and where: esbuild knows the names of values, the text has the rest. */
export function seenExports(
  project: Project,
  { file, symbol }: PluginSource,
  values: readonly string[],
): { exports: SeenExports; place: Place } {
  const text = fs.readFileSync(path.join(project.folder, file), 'utf8')
  const asType = new RegExp(
    `\\bexport\\s+(?:declare\\s+)?(?:interface|type|abstract\\s+class)\\s+${symbol}\\b|\\bexport\\s+type\\s*\\{[^}]*\\b${symbol}\\b`,
  ).test(text)
  const offset = text.search(/\bexport\b/)
  if (offset < 0) return { exports: { values, asType }, place: { line: 1, column: 1 } }
  const before = text.slice(0, offset).split('\n')
  return {
    exports: { values, asType },
    place: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
  }
}
