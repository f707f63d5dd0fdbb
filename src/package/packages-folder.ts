import * as fs from 'node:fs'
import * as path from 'node:path'
import { groupBy } from '../plugin/group.js'
import { at, type Problem, problems } from '../problem/problem.js'
import { isSystemError, systemReason } from '../errors/system-error.js'
import { compareVersions } from '../plugin/version.js'
import { readFolder } from '../project/folder.js'
import { type PackageContents, readPackageFile } from './package-file.js'

/** A zip in the folder that packages are in. */
export interface ZipFile {
  /** Without its folder. */
  file: string
  bytes: number
  /** Milliseconds since 1970. */
  written: number
  /** Another one whenever the file is another one, or has been written to. */
  stamp: string
}

/** A package, with the zip that it is in. */
export interface PackedPackage extends PackageContents {
  zip: ZipFile
}

export interface Packages {
  /** The newest version of each package, by name. */
  packages: PackedPackage[]
  problems: Problem[]
}

/** The regular files that end in `.zip`, in the order of their names: a link may lead out of the folder. */
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

type Read = { contents: PackageContents } | { problem: Problem }

/** Reads the packages of a folder, each zip again only when it has changed. A folder that is not there holds none. */
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
      else packages.push({ ...read.contents, zip })
    }
    this.#known = known
    return { packages: newestOf(packages), problems: found }
  }

  async #open(file: string): Promise<Read> {
    try {
      return { contents: await readPackageFile(path.join(this.#folder, file)) }
    } catch (error) {
      // Whatever is wrong with a zip, or with the JSON in it, is that file's trouble: the others are shown.
      return { problem: at(problems.packageUnreadable(reasonOf(error)), { file: `dist/${file}` }) }
    }
  }
}

function reasonOf(error: unknown): string {
  if (isSystemError(error)) return systemReason(error)
  const message = error instanceof Error ? error.message : String(error)
  return message.startsWith('End of central directory') ? 'it is no zip, or only a part of one' : message
}

function newestOf(packages: readonly PackedPackage[]): PackedPackage[] {
  return [...groupBy(packages, ({ name }) => name).values()]
    .flatMap(versions => versions.toSorted(newestFirst).slice(0, 1))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** By version; of two files with one version, the one that was written last. */
const newestFirst = (a: PackedPackage, b: PackedPackage): number =>
  compareVersions(b.version, a.version) || b.zip.written - a.zip.written || (a.zip.file < b.zip.file ? -1 : 1)
