import * as fs from 'node:fs'
import * as path from 'node:path'
import { decodePackageManifest, manifestFile, type PackageManifest } from '../plugin/package-manifest.js'

export const readPackageManifest = (folder: string): PackageManifest =>
  decodePackageManifest(fs.readFileSync(path.join(folder, manifestFile), 'utf8'))
