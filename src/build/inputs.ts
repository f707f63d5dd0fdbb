import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'

/** Files, relative to a project, with the hash of what they held; null for one that was not there. */
export type Inputs = Record<string, string | null>

/** Hashes files. Those of a package are stood for by its package.json, whose version changes with them. */
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
    // Whatever keeps a file from being read now, it is not what it was.
    return null
  }
}
