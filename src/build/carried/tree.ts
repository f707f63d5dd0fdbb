import * as fs from 'node:fs'
import * as path from 'node:path'
import { UsageError } from '../../errors/usage-error.js'
import { readManifest } from '../../project/find.js'
import { packageFolder } from '../../project/installation.js'
import type { CarriedPackage } from './carried-package.js'

/** A package with its place in the package of the project. */
export interface PlacedPackage extends CarriedPackage {
  /** Below the root, with `/`: `node_modules/a/node_modules/b`. */
  path: string
}

/**
 * Places packages with all that they depend on, as npm does: at the root, or where another version of the name is in the
 * way, below the package that needs it. Level by level, so that none is placed between a package and what it found.
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

/** Where a dependency has to go; undefined where it is found already. */
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

/** Types are for the compiler only, and what compiles an addon or fetches it is for its installation. */
const isForMaking = (name: string): boolean => name.startsWith('@types/') || tools.has(name)

/** What a package may load: its dependencies, and those optional and peer ones that are installed. Some peers are only in the meta. */
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
