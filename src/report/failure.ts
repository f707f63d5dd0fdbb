import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf, stackOf } from '../errors/reason.js'
import { isUsageError } from '../errors/usage-error.js'
import { printableLines } from './printable.js'

/** An error of a plugin: its message, and its place in the author's TypeScript. */
export function failureAsText(error: unknown, cwd: string): string {
  // An error in the command line or in the input has no place in the author's code.
  const place = isUsageError(error) ? undefined : placeOf(stackOf(error) ?? '', cwd)
  const shown = printableLines(messageOf(error))
  return place === undefined
    ? shown
    : `${shown}
    at ${printableLines(place)}`
}

// Node has mapped the frames of built files to their sources. The first frame in a TypeScript file is the author's.
function placeOf(stack: string, cwd: string): string | undefined {
  for (const line of stack.split('\n')) {
    const [, file, position] =
      /^\s+at (?:[^/]*\()?((?:file:\/\/)?\/.*\.[mc]?tsx?)(:\d+:\d+)\)?$/.exec(line) ?? []
    if (file === undefined || position === undefined) continue
    return path.relative(cwd, file.startsWith('file:') ? fileURLToPath(file) : file) + position
  }
  return undefined
}
