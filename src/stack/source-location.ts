import * as fs from 'node:fs'
import { SourceMap } from 'node:module'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'

/** A line in a built file or in a TypeScript file. Lines and columns count from 1. */
export interface CodeLocation {
  file: string
  line: number
  column: number
}

/** The locations in a stack trace, innermost first. A syntax error names its file before its message, without a column. */
export function locationsIn(stack: string): CodeLocation[] {
  const frames = /(?:^|[\s(])(file:\/\/\/.*?|\/.*?):(\d+)(?::(\d+))?\)?$/gm
  return [...stack.matchAll(frames)].map(([, file = '', line, column]) => ({
    file: pathOf(file),
    line: Number(line),
    column: Number(column ?? 1),
  }))
}

export const pathOf = (file: string): string => (file.startsWith('file:') ? fileURLToPath(file) : file)

/**
 * The author's own line: the first location in the trace that the built file's source map leads to a file of the project,
 * relative to the project. Built files are two folders below the project, as in `plugins/sources/X.js`.
 */
export function locationInSource(
  built: string,
  locations: readonly CodeLocation[],
): CodeLocation | undefined {
  const own = locations.filter(({ file }) => file === built)
  const map = own.length === 0 ? undefined : readMap(built)
  if (map === undefined) return undefined
  for (const { line, column } of own) {
    const entry = map.findEntry(line - 1, column - 1)
    if (!('originalSource' in entry) || !entry.originalSource.startsWith('../../')) continue
    return {
      file: entry.originalSource.slice('../../'.length),
      line: entry.originalLine + 1,
      column: entry.originalColumn + 1,
    }
  }
  return undefined
}

function readMap(built: string): SourceMap | undefined {
  const file = path.join(path.dirname(built), `${path.basename(built)}.map`)
  try {
    return new SourceMap(JSON.parse(fs.readFileSync(file, 'utf8')))
  } catch {
    // A missing or broken source map only costs the location.
    return undefined
  }
}
