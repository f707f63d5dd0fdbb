import * as fs from 'node:fs'
import * as path from 'node:path'
import { isForeign } from './foreign.js'
import type { CarriedPackage } from './carried-package.js'
import { type PlacedPackage, placePackages } from './tree.js'

/** A file to include, and its current path. */
export interface CarriedFile {
  /** Below the root of the package, with `/`. */
  path: string
  from: string
}

/** All files of packages and of their dependencies. */
export const filesOfPackages = (packages: readonly CarriedPackage[]): CarriedFile[] =>
  placePackages(packages).flatMap(carriedFiles)

/** The files of a package, except files that are only needed to build or read it. */
export function carriedFiles({ folder, path: root }: PlacedPackage): CarriedFile[] {
  return filesBelow(folder).flatMap(file => {
    const from = path.join(folder, file)
    return isLeftover(file) || isForeign(from) ? [] : [{ path: `${root}/${file}`, from }]
  })
}

function filesBelow(root: string, below = ''): string[] {
  return fs.readdirSync(path.join(root, below), { withFileTypes: true }).flatMap(entry => {
    // Nested packages are placed separately.
    if (entry.name === 'node_modules' || entry.name === '.git') return []
    const file = `${below}${entry.name}`
    const stats = entry.isSymbolicLink()
      ? fs.statSync(path.join(root, file), { throwIfNoEntry: false })
      : entry
    if (stats?.isDirectory()) return filesBelow(root, `${file}/`)
    return stats?.isFile() ? [file] : []
  })
}

// Sources in other languages, compiler output, type declarations, source maps, and documents other than licences.
const leftover =
  /\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|m|mm|S|o|obj|a|lib|pdb|exp|d|mk|gypi?|tlog|stamp|map|markdown|md|tsbuildinfo)$|\.d\.[mc]?ts$|(?:^|\/)(?:Makefile|CMakeLists\.txt|config\.gypi|gyp-mac-tool)$|\.(?:m|c)?ts$/i

const isLeftover = (file: string): boolean =>
  leftover.test(file) && !/(?:^|\/)(?:licen[cs]e|notice|copying)[^/]*$/i.test(file)
