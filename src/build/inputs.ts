import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'

/** Files, relative to a project, with the hash of their content; null for a missing file. */
export type Inputs = Record<string, string | null>

/** Hashes files of a project, each at most once: all plugins share some of them. */
export class FileHashes {
  readonly #folder: string
  readonly #known = new Map<string, string | null>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** For files of a package, its package.json is hashed instead, because its version changes with them. */
  of(files: readonly string[]): Inputs {
    const names = new Set(files.map(manifestOfPackage))
    return Object.fromEntries([...names].sort().map(file => [file, this.#hashOf(file)]))
  }

  areUnchanged(inputs: Inputs): boolean {
    return Object.entries(inputs).every(([file, hash]) => this.#hashOf(file) === hash)
  }

  #hashOf(file: string): string | null {
    let hash = this.#known.get(file)
    if (hash === undefined) {
      hash = hashOf(path.resolve(this.#folder, file))
      this.#known.set(file, hash)
    }
    return hash
  }
}

const manifestOfPackage = (file: string): string => {
  const [, home] = /^(.*\/?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? []
  return home === undefined ? file : `${home}/package.json`
}

function hashOf(file: string): string | null {
  try {
    return createHash('sha256').update(fs.readFileSync(file)).digest('base64url').slice(0, 22)
  } catch {
    // If a file cannot be read for any reason, it counts as changed.
    return null
  }
}
