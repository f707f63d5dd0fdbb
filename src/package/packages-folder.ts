import * as fs from 'node:fs'
import * as path from 'node:path'
import { groupBy } from '../plugin/group.js'
import { folderProblems } from '../problem/folder-problems.js'
import { at, type Problem } from '../problem/problem.js'
import { isSystemError, systemReason } from '../errors/system-error.js'
import { compareVersions } from '../plugin/version.js'
import { readFolder } from '../project/folder.js'
import { type DescribedPackage, readPackageFile } from './package-file.js'

/** A zip in the folder of packages. */
export interface ZipFile {
  /** Its file name. */
  file: string
  bytes: number
  /** Milliseconds since 1970. */
  written: number
  /** Changes whenever the file is replaced or written. */
  stamp: string
}

/** A package and its zip. */
export interface PackedPackage extends DescribedPackage {
  zip: ZipFile
}

export interface Packages {
  /** The newest version of each package, by name. */
  packages: PackedPackage[]
  problems: Problem[]
}

/** The regular files that end in `.zip`, sorted by name. Links are skipped, because they may lead out of the folder. */
export function zipsIn(folder: string): ZipFile[] {
  return readFolder(folder)
    .filter(entry => entry.name.endsWith('.zip'))
    .flatMap(({ name }) => {
      const stats = fs.lstatSync(path.join(folder, name), { throwIfNoEntry: false })
      return stats?.isFile() ? [zipFileOf(name, stats)] : []
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1))
}

export const zipFileOf = (file: string, { ino, size, mtimeMs, ctimeMs }: fs.Stats): ZipFile => ({
  file,
  bytes: size,
  written: mtimeMs,
  stamp: [ino, size, ctimeMs * 1000].map(number => Math.round(number).toString(36)).join('-'),
})

type Read = DescribedPackage | { problem: Problem }

/**
 * Reads the packages of a folder. A zip is read again only after it has changed. A missing folder holds no packages.
 */
export class PackagesReader {
  readonly #folder: string
  #known = new Map<string, Read>()

  constructor(folder: string) {
    this.#folder = folder
  }

  async read(): Promise<Packages> {
    const known = new Map<string, Read>()
    const packages: PackedPackage[] = []
    const found: Problem[] = []
    for (const zip of zipsIn(this.#folder)) {
      const read = this.#known.get(zip.stamp) ?? (await this.#open(zip.file))
      known.set(zip.stamp, read)
      if ('problem' in read) found.push(read.problem)
      else packages.push({ ...read, zip })
    }
    this.#known = known
    return { packages: newestOf(packages), problems: found }
  }

  async #open(file: string): Promise<Read> {
    const read = await readOrExplain(path.join(this.#folder, file))
    return 'problem' in read ? { problem: at(read.problem, { file: `dist/${file}` }) } : read
  }
}

/** A zip that cannot be opened becomes one problem. The other zips are still read. */
async function readOrExplain(file: string): Promise<Read> {
  try {
    return await readPackageFile(file)
  } catch (error) {
    if (!isSystemError(error)) throw error
    return { problem: folderProblems.packageUnreadable(systemReason(error)) }
  }
}

function newestOf(packages: readonly PackedPackage[]): PackedPackage[] {
  return [...groupBy(packages, ({ name }) => name).values()]
    .flatMap(versions => versions.toSorted(newestFirst).slice(0, 1))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Sorts by version. Of two files with one version, the one that was written last comes first. */
const newestFirst = (a: PackedPackage, b: PackedPackage): number =>
  compareVersions(b.manifest.version, a.manifest.version) ||
  b.zip.written - a.zip.written ||
  (a.zip.file < b.zip.file ? -1 : 1)
