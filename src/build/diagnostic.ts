import * as path from 'node:path'
import { at, type Location, type Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'
import { slashedFrom } from '../project/slashed.js'

/** What the compiler reports, in its own words. */
export interface Diagnostic {
  /** The error number: 2322 for `TS2322`. */
  number: number
  /** The indented lines below the first one. They explain it, the innermost last. */
  lines: [string, ...string[]]
  location: Location
}

/**
 * Parses the compiler's plain output: `file(line,column): error TS2322: message`, then indented explanations, and the
 * paths of the files that it read.
 */
export function readOutput(output: string, folder: string): { found: Diagnostic[]; files: string[] } {
  const found: Diagnostic[] = []
  const files: string[] = []
  for (const line of output.split(/\r?\n/)) {
    const diagnostic = diagnosticFrom(line, folder)
    if (diagnostic) found.push(diagnostic)
    else if (/^\s+\S/.test(line)) found.at(-1)?.lines.push(line)
    else if (path.isAbsolute(line)) files.push(relativeTo(folder, line))
  }
  return { found, files }
}

function diagnosticFrom(line: string, folder: string): Diagnostic | undefined {
  const match = /^(?:(.+?)\((\d+),(\d+)\): )?error TS(\d+): (.*)$/.exec(line)
  if (match === null) return undefined
  const [, file, row, column, number, message = ''] = match
  const location =
    file === undefined ? {} : { file: relativeTo(folder, file), line: Number(row), column: Number(column) }
  return { number: Number(number), lines: [message], location }
}

const relativeTo = (folder: string, file: string): string => slashedFrom(folder, path.resolve(folder, file))

/** Syntax errors have numbers from 1000 to 1999. The compiler reports no type errors in a file that has one. */
export const isOfSyntax = ({ number }: Diagnostic): boolean => number >= 1000 && number < 2000

export function problemFrom({ number, lines: [first, ...more], location }: Diagnostic): Problem {
  const message = [`${first} (TS${number})`, ...more].join('\n')
  return at(projectProblems.typeError(message), location)
}
