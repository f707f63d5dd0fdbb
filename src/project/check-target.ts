import * as fs from 'node:fs'
import * as path from 'node:path'
import { attempt } from '../errors/cannot.js'
import { folderOf, kinds } from '../plugin/kind.js'
import { UsageError } from '../errors/usage-error.js'
import { findProject } from './find-project.js'
import { readFolder } from './folder.js'

/** What to check, determined from the path. The path is absolute. */
export interface CheckTarget {
  kind: 'project' | 'plugins' | 'package'
  path: string
}

/** A zip, a folder of built plugins, or the project around a folder. A named folder must not be empty. */
export function checkTargetAt(place: string, named = true): CheckTarget {
  if (!attempt(`check ${place}`, () => fs.statSync(place)).isDirectory()) {
    if (place.endsWith('.zip') || beginsAsZip(place)) return { kind: 'package', path: place }
    throw new UsageError(`Cannot check ${place}: it is not a project, a plugins folder or a zip`)
  }
  if (isPluginsFolder(place)) return { kind: 'plugins', path: place }
  if (named && fs.readdirSync(place).length === 0) throw new UsageError(`Cannot check ${place}: it is empty`)
  const project = findProject(place)
  if (project !== undefined) return { kind: 'project', path: project }
  throw new UsageError(
    `Cannot check ${place}: it is not a project or a plugins folder; create a project in an empty folder with "kplug new source mySource"`,
  )
}

function beginsAsZip(file: string): boolean {
  const descriptor = fs.openSync(file, 'r')
  try {
    const start = Buffer.alloc(2)
    return fs.readSync(descriptor, start, 0, 2, 0) === 2 && start.toString('latin1') === 'PK'
  } finally {
    fs.closeSync(descriptor)
  }
}

/**
 * A folder with the folder of a kind that contains no TypeScript. With TypeScript, it would be the `src` of a project.
 */
function isPluginsFolder(folder: string): boolean {
  if (findProject(folder) === folder) return false
  const held = kinds.map(kind => path.join(folder, folderOf(kind))).filter(file => fs.existsSync(file))
  return held.length > 0 && !held.some(file => readFolder(file).some(({ name }) => /\.[mc]?tsx?$/.test(name)))
}
