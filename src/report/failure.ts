import * as path from 'node:path'

/** An error of a plugin: its message, and where it came from in the author's TypeScript. */
export function failureAsText(error: unknown, cwd: string): string {
  if (!(error instanceof Error)) return String(error)
  const place = placeOf(error.stack ?? '', cwd)
  return place === undefined ? error.message : `${error.message}\n    at ${place}`
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
