import * as path from 'node:path'
import { isUsageError } from '../errors/usage-error.js'

/** An error of a plugin: its message, and where it came from in the author's TypeScript. */
export function failureAsText(error: unknown, cwd: string): string {
  if (!(error instanceof Error)) return String(error)
  const { message, stack = '' } = error
  // What the user typed or fed in has no place in the author's code.
  const place = isUsageError(error) ? undefined : placeOf(stack, cwd)
  return place === undefined ? message : `${message}\n    at ${place}`
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
