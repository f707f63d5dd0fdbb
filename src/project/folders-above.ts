import * as path from 'node:path'

/** A folder and all folders above it, the innermost first. */
export function withFoldersAbove(folder: string): string[] {
  const above = path.dirname(folder)
  return above === folder ? [folder] : [folder, ...withFoldersAbove(above)]
}
