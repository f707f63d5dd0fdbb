import * as fs from 'node:fs'
import * as path from 'node:path'
import { clauseOf } from '../problem/problem.js'
import { UsageError } from '../errors/usage-error.js'
import { findAssets } from '../project/assets.js'
import { packageFolder } from '../project/installation.js'
import type { CarriedPackage } from '../build/carried/carried-package.js'
import { externalPackages } from '../build/carried/external.js'
import { type CarriedFile, carriedFiles } from '../build/carried/files.js'
import { placePackages } from '../build/carried/tree.js'
import type { Part } from './bom.js'
import type { PackageEntry } from './entries.js'
import { installedPackages, namedIn } from './npm-package.js'
import type { Project } from '../project/project.js'

/** The files that a project's `assets` name, under the same paths as in the project. */
export function assetEntries(project: Project): PackageEntry[] {
  const { files, problems } = findAssets(project)
  const [first] = problems
  if (first) throw new UsageError(`Cannot pack: ${clauseOf(first)}`)
  return files.map(file => entryOf({ path: file, from: path.join(project.folder, file) }))
}

/** A carried package, as reports show it. */
export interface CarriedSummary {
  name: string
  version: string
  /** The size of its files, unpacked. */
  bytes: number
  why: string
}

/** The packages that are not bundled, with all their dependencies. */
export function carriedEntries(
  project: Project,
  packages: readonly CarriedPackage[],
): { entries: PackageEntry[]; carried: CarriedSummary[]; parts: Part[] } {
  refuseMissing(project)
  const placed = placePackages([...externalPackages(project), ...packages])
  const found = placed.map(one => ({ one, entries: carriedFiles(one).map(entryOf) }))
  return {
    entries: found.flatMap(({ entries }) => entries),
    carried: found.map(({ one, entries }) => ({
      name: one.name,
      version: namedIn(one.folder).version,
      bytes: entries.reduce((sum, { content }) => sum + content.length, 0),
      why: one.why,
    })),
    parts: placed.flatMap(({ folder, path: place }) =>
      installedPackages([folder]).map(one => ({ ...one, place })),
    ),
  }
}

function refuseMissing({ folder, settings }: Project): void {
  for (const name of settings.external ?? []) {
    if (packageFolder(name, folder) === undefined)
      throw new UsageError(
        `Package "${name}" of "kplug.external" is not installed: run "npm install ${name}"`,
      )
  }
}

const entryOf = ({ path: file, from }: CarriedFile): PackageEntry => ({
  path: file,
  content: fs.readFileSync(from),
  executable: (fs.statSync(from).mode & 0o111) !== 0,
})
