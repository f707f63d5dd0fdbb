import * as fs from 'node:fs'
import * as path from 'node:path'
import { isObject } from '../data/object.js'
import { readManifest } from '../project/find-project.js'
import { packageAround } from '../project/installation.js'

/** A package of npm's, as a list of parts names it. */
export interface NpmPackage {
  name: string
  version: string
  /** As package.json has it: mostly an SPDX expression. */
  license?: string | undefined
  /** The checksum of what the registry served, as npm writes it: `sha512-` and base64. */
  integrity?: string | undefined
}

/** With the texts of its licence files. */
export interface LicensedPackage extends NpmPackage {
  texts: readonly string[]
}

/** A package that is installed in a folder. */
export interface InstalledNpmPackage extends LicensedPackage {
  folder: string
}

/** The folders of the packages that files lie in, each once. */
export const foldersAround = (files: readonly string[]): string[] => [
  ...new Set(files.flatMap(file => packageAround(file)?.folder ?? [])),
]

/** The packages that are installed in folders. */
export function installedPackages(folders: readonly string[]): InstalledNpmPackage[] {
  const integrityOf = recordedIntegrities()
  return folders.map(folder => ({
    ...namedIn(folder),
    integrity: integrityOf(folder),
    texts: licenseTexts(folder),
    folder,
  }))
}

/** The package in a folder, as its package.json describes it. */
export function namedIn(folder: string): NpmPackage {
  const manifest = readManifest(path.join(folder, 'package.json'))
  const text = (key: string): string | undefined => {
    const value = manifest[key]
    return typeof value === 'string' ? value : undefined
  }
  const name = text('name') ?? ''
  return {
    // The name becomes part of paths. The folder of an alias has another name.
    name: allowedName.test(name) ? name : path.basename(folder),
    version: text('version') ?? 'none',
    license: text('license') ?? oldLicense(manifest),
  }
}

const allowedName = /^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/

/** Old packages have `"license": {"type": …}`, or a list `licenses` of such objects. */
function oldLicense({ license, licenses }: Record<string, unknown>): string | undefined {
  const types = [license, ...(Array.isArray(licenses) ? licenses : [])].flatMap(one =>
    isObject(one) && typeof one['type'] === 'string' ? [one['type']] : [],
  )
  return types.length === 0 ? undefined : types.join(' OR ')
}

const licenseFile = /^(?:licen[cs]e|notice|copying)(?:[.-].*)?$/i

const licenseTexts = (folder: string): string[] =>
  fs
    .readdirSync(folder)
    .filter(file => licenseFile.test(file))
    .sort()
    .map(file => fs.readFileSync(path.join(folder, file), 'utf8'))

/** What npm noted in `node_modules/.package-lock.json`. Other package managers keep no such file. */
function recordedIntegrities(): (folder: string) => string | undefined {
  const records = new Map<string, Record<string, unknown>>()
  return folder => {
    const [, root, place = ''] = /^(.*?)[\\/](node_modules[\\/].*)$/.exec(folder) ?? []
    if (root === undefined) return undefined
    const record = records.get(root) ?? recordIn(root)
    records.set(root, record)
    const found = record[place.replaceAll('\\', '/')]
    return isObject(found) && typeof found['integrity'] === 'string' ? found['integrity'] : undefined
  }
}

function recordIn(root: string): Record<string, unknown> {
  const file = path.join(root, 'node_modules', '.package-lock.json')
  const packages = fs.existsSync(file) ? readManifest(file)['packages'] : undefined
  return isObject(packages) ? packages : {}
}
