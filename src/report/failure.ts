import * as path from 'node:path'
import { isUsageError } from '../errors/usage-error.js'
import { printableLines } from './printable.js'

/** An error of a plugin: its message, and its place in the author's TypeScript. */
export function failureAsText(error: unknown, cwd: string): string {
  if (!(error instanceof Error)) return printableLines(textOf(error))
  const { message, stack = '' } = error
  // A mistake in what was typed or read has no place in the author's code.
  const place = isUsageError(error) ? undefined : placeOf(stack, cwd)
  const shown = printableLines(message)
  return place === undefined ? shown : `${shown}\n    at ${printableLines(place)}`
}

/** A plugin may throw anything, also an object whose conversion to a text throws. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown)
  } catch {
    return 'The plugin threw a value that cannot be shown'
  }
}

// Node has mapped the frames of built files to their sources; the first of a TypeScript file is the author's.
function placeOf(stack: string, cwd: string): string | undefined {
  for (const line of stack.split('\n')) {
    const [, file, position] = /^\s+at .*?\(?((?:file:\/\/)?\/?[^()]*\.ts)(:\d+:\d+)\)?$/.exec(line) ?? []
    if (file === undefined || position === undefined) continue
    return path.relative(cwd, file.replace(/^file:\/\//, '')) + position
  }
  return undefined
}
