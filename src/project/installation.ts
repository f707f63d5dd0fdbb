import * as fs from 'node:fs'
import { createRequire } from 'node:module'
import * as path from 'node:path'

/** The folder of the kplug that runs: of its package.json, wherever this file was bundled to. */
export const kplugFolder = nearestFolderWith('package.json', import.meta.dirname) ?? import.meta.dirname

export function nearestFolderWith(file: string, from: string): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, file))) return folder
    if (path.dirname(folder) === folder) return undefined
  }
}

export function kplugVersion(): string {
  const manifest: { version: string } = JSON.parse(
    fs.readFileSync(path.join(kplugFolder, 'package.json'), 'utf8'),
  )
  return manifest.version
}

/** Whether npm put kplug here from a registry; else it runs from a clone. */
export const isInstalled = (): boolean => path.basename(path.dirname(kplugFolder)) === 'node_modules'

/** The folder of a package as seen from a folder; undefined where it is not installed. */
export function packageFolder(name: string, from: string): string | undefined {
  for (const folder of createRequire(path.join(from, 'x.js')).resolve.paths(name) ?? []) {
    const candidate = path.join(folder, name)
    if (fs.existsSync(path.join(candidate, 'package.json'))) return candidate
  }
  return undefined
}
