import * as path from 'node:path'

/** A path as the user would type it: relative if it is below the current folder. */
export function shownPath(cwd: string, file: string): string {
  const relative = path.relative(cwd, file)
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? file : relative
}
