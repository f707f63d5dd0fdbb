import * as path from 'node:path'
import { objectOf } from '../data/lenient.js'
import { readManifest } from './find-project.js'

/** The packages that the package.json of a project lists, installed or not. */
export function packagesListedIn(folder: string): ReadonlySet<string> {
  const { dependencies, devDependencies } = readManifest(path.join(folder, 'package.json'))
  return new Set(Object.keys({ ...objectOf(dependencies), ...objectOf(devDependencies) }))
}
