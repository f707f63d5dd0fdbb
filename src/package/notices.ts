import * as fs from 'node:fs'
import * as path from 'node:path'
import { kplugFolder } from '../project/installation.js'
import { type PackageEntry, inFolder } from './entries.js'
import { licenseEntries } from './licenses.js'
import { foldersAround, installedPackages, type LicensedPackage, type NpmPackage } from './npm-package.js'

/** One of kplug's own bundles, and the files that it is made of. */
interface Bundle {
  file: string
  inputs: readonly string[]
}

const listFile = 'bundled.json'
const textsFolder = 'licenses'

/** What goes with kplug's own bundles: a list of the packages in each of them, and the licence texts of these packages. */
export function noticesOf(root: string, bundles: readonly Bundle[]): PackageEntry[] {
  const packagesIn = (inputs: readonly string[]) =>
    installedPackages(foldersAround(inputs.map(input => path.join(root, input))).sort())
  const list: Record<string, NpmPackage[]> = {}
  for (const { file, inputs } of bundles) {
    const packages = packagesIn(inputs).map(({ folder: _folder, texts: _texts, ...named }) => named)
    if (packages.length > 0) list[file] = packages
  }
  return [
    { path: listFile, content: Buffer.from(`${JSON.stringify(list, undefined, 2)}\n`) },
    ...inFolder(textsFolder, licenseEntries(packagesIn(bundles.flatMap(({ inputs }) => inputs)))),
  ]
}

/** The packages in one of kplug's own bundles. */
export function bundledInOwn(file: string): LicensedPackage[] {
  const dist = path.join(kplugFolder, 'dist')
  // kplug's own build wrote it.
  const list = JSON.parse(fs.readFileSync(path.join(dist, listFile), 'utf8')) as Record<string, NpmPackage[]>
  return (list[file] ?? []).map(one => {
    const text = path.join(dist, textsFolder, `${one.name}.txt`)
    return { ...one, texts: fs.existsSync(text) ? [fs.readFileSync(text, 'utf8')] : [] }
  })
}
