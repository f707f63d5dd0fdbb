import * as fs from 'node:fs'
import * as path from 'node:path'
import { withFoldersAbove } from './folders-above.js'

/** The folder of this kplug's package.json, wherever this file is bundled. */
export const kplugFolder = nearestFolderWith('package.json', import.meta.dirname) ?? import.meta.dirname

export function nearestFolderWith(file: string, from: string): string | undefined {
  return withFoldersAbove(from).find(folder => fs.existsSync(path.join(folder, file)))
}

export function kplugVersion(): string {
  const manifest: { version: string } = JSON.parse(
    fs.readFileSync(path.join(kplugFolder, 'package.json'), 'utf8'),
  )
  return manifest.version
}

/** The version of kplug, and the fingerprint of its build: in a clone, many builds have the same version. */
export function kplugBuild(): string {
  const fingerprint = path.join(kplugFolder, 'dist', 'fingerprint')
  const built = fs.existsSync(fingerprint) ? fs.readFileSync(fingerprint, 'utf8').slice(0, 16) : ''
  return `${kplugVersion()} ${built}`
}

/** Whether npm installed kplug from a registry. Otherwise it runs from a clone. */
export const isInstalled = (): boolean => path.basename(path.dirname(kplugFolder)) === 'node_modules'

/**
 * The folder of a package as resolved from a folder; undefined if the package is not installed. Unlike Node's
 * resolution, it finds packages with the name of a Node module (`buffer`), and searches only the folders above.
 */
export function packageFolder(name: string, from: string): string | undefined {
  return withFoldersAbove(from)
    .filter(folder => path.basename(folder) !== 'node_modules')
    .map(folder => path.join(folder, 'node_modules', name))
    .find(candidate => fs.existsSync(path.join(candidate, 'package.json')))
}

/** The package that contains a file, by the innermost `node_modules` in its path; undefined if there is none. */
export function packageAround(file: string): { name: string; folder: string } | undefined {
  const [, folder = '', name] = /^(.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+))[\\/]/.exec(file) ?? []
  return name === undefined ? undefined : { name: name.replaceAll('\\', '/'), folder }
}

/** The tarball that npm installed this kplug from; undefined if it came from a registry, or if that is unknown. */
export function installedFrom(): string | undefined {
  const modules = path.dirname(kplugFolder)
  const lock = path.join(modules, '.package-lock.json')
  if (!isInstalled() || !fs.existsSync(lock)) return undefined
  // npm records it. The path of a file is relative to the folder of node_modules.
  const { packages }: { packages?: Record<string, { resolved?: string }> } = JSON.parse(
    fs.readFileSync(lock, 'utf8'),
  )
  const resolved = packages?.['node_modules/kplug']?.resolved
  if (resolved?.startsWith('file:') !== true) return undefined
  return path.resolve(path.dirname(modules), resolved.slice('file:'.length))
}
