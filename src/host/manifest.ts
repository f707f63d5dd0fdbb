import * as fs from 'node:fs'
import * as path from 'node:path'
import { manifestFile, type PackageManifest } from '../plugin/package-manifest.js'

export function readPackageManifest(folder: string): PackageManifest {
  // kplug itself wrote the file, in the version that wrote this host beside it.
  return JSON.parse(fs.readFileSync(path.join(folder, manifestFile), 'utf8')) as PackageManifest
}
