import * as fs from 'node:fs'
import * as path from 'node:path'
import { cannot } from '../errors/cannot.js'
import { objectOf } from '../data/lenient.js'
import { isObject } from '../data/object.js'
import { UsageError } from '../errors/usage-error.js'
import { withFoldersAbove } from './folders-above.js'

// Separate from project.ts, because `list` and `describe` need only the folder: validating the whole package.json would
// take a third of their start-up time.

const dependencyKeys = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']

/**
 * The nearest folder upward whose package.json names kplug, as a dependency or as a key. In the root of a workspace,
 * its only package that names kplug.
 */
export function findProject(from: string): string | undefined {
  const folder = path.resolve(from)
  return withFoldersAbove(folder).find(isProject) ?? onlyProjectOfWorkspace(folder)
}

function onlyProjectOfWorkspace(root: string): string | undefined {
  const [only, ...others] = projectsOfWorkspace(root)
  return others.length === 0 ? only : undefined
}

/** The packages of a workspace that name kplug, at most two folders below its root; empty for any other folder. */
export function projectsOfWorkspace(root: string): string[] {
  if (!isWorkspace(root)) return []
  return foldersIn(root)
    .flatMap(folder => [folder, ...foldersIn(folder)])
    .filter(isProject)
}

function isWorkspace(folder: string): boolean {
  const manifest = path.join(folder, 'package.json')
  if (!fs.existsSync(manifest)) return false
  return fs.existsSync(path.join(folder, 'pnpm-workspace.yaml')) || 'workspaces' in readManifest(manifest)
}

/** The root of the workspace that a folder belongs to; the folder itself if there is none. */
export const workspaceRoot = (folder: string): string => withFoldersAbove(folder).find(isWorkspace) ?? folder

const foldersIn = (folder: string): string[] =>
  fs
    .readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map(entry => path.join(folder, entry.name))

function isProject(folder: string): boolean {
  const file = path.join(folder, 'package.json')
  return fs.existsSync(file) && namesKplug(readManifest(file))
}

/** Whether a package.json makes its folder a kplug project: it has kplug as a dependency, or the key "kplug". */
export function namesKplug(manifest: Record<string, unknown>): boolean {
  return 'kplug' in manifest || dependencyKeys.some(key => 'kplug' in objectOf(manifest[key]))
}

/** Whether npm has installed kplug into a package that `kplug init` has not set up. */
export function isOnlyInstalled(folder: string): boolean {
  const manifest = readManifest(path.join(folder, 'package.json'))
  if ('kplug' in manifest || !namesKplug(manifest)) return false
  return !fs.existsSync(path.join(folder, 'tsconfig.json'))
}

export function readManifest(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
    if (isObject(value)) return value
    throw new UsageError(`Cannot use ${file}: it is not a JSON object`)
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new UsageError(`Cannot read ${file}: ${error.message}`, { cause: error })
    throw cannot(`read ${file}`, error)
  }
}
