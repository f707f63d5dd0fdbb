import * as path from 'node:path'
import { objectOf } from '../data/lenient.js'
import { readManifest } from './find-project.js'

/** The command that installs a package. npm adds one that is not listed, with `flags` if there are any. */
export const installCommand = (
  listed: ReadonlySet<string>,
  name: string,
  ...flags: readonly string[]
): string => ['npm install', ...(listed.has(name) ? [] : [...flags, name])].join(' ')

/** The packages that the package.json of a project lists, installed or not. */
export function packagesListedIn(folder: string): ReadonlySet<string> {
  const { dependencies, devDependencies } = readManifest(path.join(folder, 'package.json'))
  return new Set(Object.keys({ ...objectOf(dependencies), ...objectOf(devDependencies) }))
}
