import type { Kind } from '../plugin/kind.js'
import { compareProblems, type Problem } from '../problem/problem.js'
import { problemAsJson } from './findings.js'
import { asJson } from './json.js'
import { printable } from './printable.js'
import { counted, size, table } from './table.js'

/** A built file: its path, its size, and the milliseconds until it was ready. */
export interface BuiltFile {
  file: string
  bytes: number
  time: number
}

const milliseconds = (time: number): string => `${Math.round(time)} ms`

interface Build {
  built: readonly (BuiltFile & { source: { kind: Kind; name: string; version?: string | undefined } })[]
  removed: readonly string[]
  problems: readonly Problem[]
}

/** The output of `kplug build --json`. */
export const buildAsJson = ({ built, removed, problems }: Build): string =>
  asJson({
    built: built.map(({ source, file, bytes, time }) => ({
      type: source.kind,
      name: source.name,
      version: source.version ?? null,
      file,
      bytes,
      milliseconds: Math.round(time),
    })),
    removed,
    problems: problems.toSorted(compareProblems).map(problemAsJson),
  })

/** A line for each plugin: its file, its size, and when it was ready. */
export function builtAsText(built: readonly BuiltFile[]): string {
  return table(built.map(({ file, bytes, time }) => [file, size(bytes), milliseconds(time)]))
}

/** The removed files, then `Built 3 plugins, 12.4 kB, in 210 ms`. */
export function totalAsText(built: readonly BuiltFile[], removed: readonly string[], time: number): string {
  const bytes = built.reduce((sum, plugin) => sum + plugin.bytes, 0)
  const gone = removed.map(file => `Removed ${printable(file)}\n`).join('')
  return `${gone}Built ${counted(built.length, 'plugin')}, ${size(bytes)}, in ${milliseconds(time)}\n`
}
