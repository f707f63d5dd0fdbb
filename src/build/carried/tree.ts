import * as fs from 'node:fs'
import * as path from 'node:path'
import { UsageError } from '../../errors/usage-error.js'
import { readManifest } from '../../project/find-project.js'
import { packageFolder } from '../../project/installation.js'
import type { CarriedPackage } from './carried-package.js'

/** A package with its place in the package of the project. */
export interface PlacedPackage extends CarriedPackage {
  /** Below the root, with `/`: `node_modules/a/node_modules/b`. */
  path: string
}

/**
 * Places packages with their dependencies as npm does: at the root, or if another version of the same name is there,
 * below the package that depends on it. It works level by level, so that no package is placed between another one and
 * its dependency.
 */
export function placePackages(roots: readonly CarriedPackage[]): PlacedPackage[] {
  const placed = new Map<string, PlacedPackage>()
  let level = roots.map(root => placeRoot(root, placed))
  while (level.length > 0) {
    level = level.flatMap(parent =>
      dependenciesOf(parent.folder).flatMap(({ name, folder }) => {
        const at = placeFor(name, folder, parent.path, placed)
        if (at === undefined) return []
        const one = { name, folder, path: at, why: `is needed by "${parent.name}"` }
        placed.set(at, one)
        return [one]
      }),
    )
  }
  return [...placed.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function placeRoot(root: CarriedPackage, placed: Map<string, PlacedPackage>): PlacedPackage {
  const at = `node_modules/${root.name}`
  const other = placed.get(at)
  if (other !== undefined && other.folder !== root.folder)
    throw new UsageError(
      `Cannot carry two versions of "${root.name}" (${other.folder} and ${root.folder}): install one of them in the project`,
    )
  const one = { ...root, path: at }
  placed.set(at, one)
  return one
}

/** The place for a dependency; undefined if the dependency is already reachable. */
function placeFor(
  name: string,
  folder: string,
  parent: string,
  placed: ReadonlyMap<string, PlacedPackage>,
): string | undefined {
  for (let at = `${parent}/`; ; at = at.slice(0, at.lastIndexOf('node_modules/'))) {
    const found = placed.get(`${at}node_modules/${name}`)
    if (found) return found.folder === folder ? undefined : `${parent}/node_modules/${name}`
    if (at === '') return `node_modules/${name}`
  }
}

const tools = new Set(['prebuild-install', 'node-gyp', 'node-addon-api', 'nan', 'cmake-js', 'kplug'])

/** Types serve only the compiler. Tools that compile or download an addon serve only its installation. */
const isForMaking = (name: string): boolean => name.startsWith('@types/') || tools.has(name)

/**
 * What a package may load: its dependencies, and its optional and peer dependencies that are installed. Some peers are
 * listed only in peerDependenciesMeta.
 */
function dependenciesOf(home: string): { name: string; folder: string }[] {
  const manifest = readManifest(path.join(home, 'package.json'))
  const names = ['dependencies', 'optionalDependencies', 'peerDependencies', 'peerDependenciesMeta'].flatMap(
    key => Object.keys(manifest[key] ?? {}),
  )
  return [...new Set(names)].flatMap(name => {
    const folder = isForMaking(name) ? undefined : packageFolder(name, home)
    return folder === undefined ? [] : [{ name, folder: fs.realpathSync(folder) }]
  })
}
