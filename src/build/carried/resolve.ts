import * as fs from 'node:fs'
import { isBuiltin } from 'node:module'
import * as path from 'node:path'
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild'
import { nearestFolderWith, packageAround, packageFolder } from '../../project/installation.js'
import { readManifest } from '../../project/find-project.js'
import type { CarriedPackage } from './carried-package.js'

/** The packages that are not bundled, as far as they are known. */
export class Carried {
  readonly #projectFolder: string
  /** By folder. */
  readonly #packages = new Map<string, CarriedPackage>()
  /** Packages that are imported but not installed: absent optional dependencies. */
  readonly absent = new Set<string>()

  constructor(projectFolder: string) {
    this.#projectFolder = projectFolder
  }

  get size(): number {
    return this.#packages.size + this.absent.size
  }

  get packages(): CarriedPackage[] {
    return [...this.#packages.values()]
  }

  /** Adds the package in a folder. Returns whether it is new. */
  add(name: string, folder: string, why: string): boolean {
    const real = fs.realpathSync(folder)
    if (this.#packages.has(real) || name === 'kplug') return false
    this.#packages.set(real, { name, folder: real, why })
    return true
  }

  /** Adds the package that contains a file, if any. */
  addAround(file: string, why: string): boolean {
    const found = packageAround(file)
    return found !== undefined && this.add(found.name, found.folder, why)
  }

  /** Adds a package by its name, as resolved from the project. Returns undefined if it is not installed. */
  addNamed(name: string, why: string): boolean | undefined {
    const folder = packageFolder(name, this.#projectFolder)
    return folder === undefined ? undefined : this.add(name, folder, why)
  }

  /** The carried package that a name refers to in a folder. */
  seenFrom(name: string, folder: string): CarriedPackage | undefined {
    const found = packageFolder(name, folder)
    return found === undefined ? undefined : this.#packages.get(fs.realpathSync(found))
  }

  /**
   * The package that built files import under a name: the project's own, or if the project has none, the first carried
   * one.
   */
  inReachOfPlugins(name: string): CarriedPackage | undefined {
    const own = packageFolder(name, this.#projectFolder)
    if (own !== undefined) return this.#packages.get(fs.realpathSync(own))
    return this.packages.find(carried => carried.name === name)
  }
}

/** The stand-in for a package that is not in the bundle. */
export const carriedNamespace = 'kplug-carried'

/** Leaves imports of carried and absent packages to Node. */
export function resolveCarried(carried: Carried): Plugin {
  const names = [...new Set([...carried.packages.map(({ name }) => name), ...carried.absent])]
  const filter = new RegExp(
    `^(${names.map(name => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})(/|$)`,
  )
  return {
    name: 'kplug-carried',
    setup(build) {
      build.onResolve({ filter, namespace: carriedNamespace }, ({ path: specifier }) => ({
        path: specifier,
        external: true,
      }))
      build.onResolve({ filter }, args =>
        args.pluginData === 'own' ? undefined : resolve(build, carried, args),
      )
      // Node detects fewer named exports of a CommonJS module than esbuild does.
      build.onLoad({ filter, namespace: carriedNamespace }, ({ path: specifier }) => ({
        contents: `module.exports = require(${JSON.stringify(specifier)})`,
      }))
    },
  }
}

async function resolve(
  build: PluginBuild,
  carried: Carried,
  { path: specifier, kind, resolveDir, importer }: OnResolveArgs,
): Promise<OnResolveResult | undefined> {
  const name = nameIn(specifier)
  if (isBuiltin(specifier)) return undefined
  const seen = carried.seenFrom(name, resolveDir)
  if (seen === undefined) return carried.absent.has(specifier) ? resolveAbsent(kind, importer) : undefined
  if (carried.inReachOfPlugins(name) !== seen) {
    // Built files would import another version. The importer is therefore carried too, with its own version.
    carried.addAround(importer, `needs its own version of "${name}"`)
    return undefined
  }
  if (kind !== 'import-statement') return { path: specifier, external: true }
  const own = await build.resolve(specifier, { kind, resolveDir, importer, pluginData: 'own' })
  return isCommonJs(own.path)
    ? { path: specifier, namespace: carriedNamespace }
    : { path: specifier, external: true }

  /**
   * Throws where the import is reached, as in Node. A static import in an ES module would keep the whole file from
   * loading.
   */
  function resolveAbsent(how: OnResolveArgs['kind'], from: string): OnResolveResult | undefined {
    const lazy = how === 'require-call' || how === 'require-resolve' || how === 'dynamic-import'
    return lazy && packageAround(from) !== undefined ? { path: specifier, external: true } : undefined
  }
}

export const nameIn = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

function isCommonJs(file: string): boolean {
  if (!/\.(?:js|json|node)$/.test(file)) return file.endsWith('.cjs')
  const home = nearestFolderWith('package.json', path.dirname(file))
  return home === undefined || readManifest(path.join(home, 'package.json'))['type'] !== 'module'
}
