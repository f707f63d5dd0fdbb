import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'

/** Files, relative to a project, with the hash of their content; null for a missing file. */
export type Inputs = Record<string, string | null>

/** Hashes files. For files of a package, its package.json is hashed instead, because its version changes with them. */
export function hashInputs(folder: string, files: readonly string[]): Inputs {
  const names = new Set(files.map(manifestOfPackage))
  return Object.fromEntries([...names].sort().map(file => [file, hashOf(folder, file)]))
}

export const areUnchanged = (folder: string, inputs: Inputs): boolean =>
  Object.entries(inputs).every(([file, hash]) => hashOf(folder, file) === hash)

const manifestOfPackage = (file: string): string => {
  const [, home] = /^(.*\/?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? []
  return home === undefined ? file : `${home}/package.json`
}

function hashOf(folder: string, file: string): string | null {
  try {
    return createHash('sha256')
      .update(fs.readFileSync(path.resolve(folder, file)))
      .digest('base64url')
      .slice(0, 22)
  } catch {
    // If a file cannot be read for any reason, it counts as changed.
    return null
  }
}
