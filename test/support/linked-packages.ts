import * as fs from 'node:fs'
import * as path from 'node:path'
import { repository } from './binary.js'

const modules = path.join(repository, 'node_modules')

/** Packages of templates that are too large for this repository (300 MB), and what has the same types. */
const standIns: Record<string, string> = { 'onnxruntime-node': 'onnxruntime-common' }

const packages = ['vitest', 'typescript', 'zod', 'mqtt', 'aedes', 'modbus-serial', 'pg', 'onnxruntime-node']

/** Puts into a project what npm would install in a scaffolded one: kplug itself is this repository. */
export function linkPackages(folder: string, { types = 'linked' } = {}): void {
  const links = path.join(folder, 'node_modules')
  fs.mkdirSync(links)
  if (types === 'copied')
    fs.cpSync(path.join(modules, '@types', 'node'), path.join(links, '@types', 'node'), { recursive: true })
  for (const name of [...packages, ...(types === 'copied' ? [] : ['@types'])]) {
    fs.symlinkSync(installedFolder(name), path.join(links, name))
  }
  fs.symlinkSync(repository, path.join(links, 'kplug'))
}

/** Where a package of a template is, or what stands in for it. */
export const installedFolder = (name: string): string =>
  path.join(modules, isInstalled(name) ? name : (standIns[name] ?? name))

/** Whether a package of a template is here, so that its tests can run: `npm install --no-save onnxruntime-node`. */
export const isInstalled = (name: string): boolean => fs.existsSync(path.join(modules, name))

/** What Node runs for each of the tools that a project has. */
export const tool = {
  tsc: path.join(modules, 'typescript', 'bin', 'tsc'),
  vitest: path.join(modules, 'vitest', 'vitest.mjs'),
  oxlint: path.join(modules, 'oxlint', 'bin', 'oxlint'),
}
