import * as path from 'node:path'

/** A path with `/`, as packages, source maps and reports contain it on every system. */
export const slashed = (file: string): string => file.split(path.sep).join('/')

/** The path from a folder to a file, with `/`. */
export const slashedFrom = (folder: string, file: string): string => slashed(path.relative(folder, file))
