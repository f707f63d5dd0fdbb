import * as fs from 'node:fs'
import * as path from 'node:path'
import { isObject } from '../data/object.js'
import { isSystemError, systemReason } from '../errors/system-error.js'
import { UsageError } from '../errors/usage-error.js'

// Apart from project.ts since `list` and `describe` only need the folder: what checks a whole package.json costs
// a third of their start.

const dependencyKeys = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']

/** The nearest folder upward whose package.json names kplug, as a dependency or as a key. */
export function findProject(from: string): string | undefined {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json')
    if (fs.existsSync(file) && namesKplug(readManifest(file))) return folder
    if (path.dirname(folder) === folder) return undefined
  }
}

/** Whether a package.json makes its folder a kplug project: it has kplug as a dependency, or a key "kplug". */
export function namesKplug(manifest: Record<string, unknown>): boolean {
  if ('kplug' in manifest) return true
  return dependencyKeys.some(key => {
    const dependencies = manifest[key]
    return isObject(dependencies) && 'kplug' in dependencies
  })
}

export function readManifest(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
    if (isObject(value)) return value
    throw new UsageError(`Cannot use ${file}: it must hold a JSON object`)
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new UsageError(`Cannot read ${file}: ${error.message}`, { cause: error })
    if (isSystemError(error))
      throw new UsageError(`Cannot read ${file}: ${systemReason(error)}`, { cause: error })
    throw error
  }
}
