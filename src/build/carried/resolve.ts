import * as fs from 'node:fs'
import { isBuiltin } from 'node:module'
import * as path from 'node:path'
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild'
import { nearestFolderWith, packageAround, packageFolder } from '../../project/installation.js'
import { readManifest } from '../../project/find.js'
import type { CarriedPackage } from './carried-package.js'

/** What is not bundled, as far as it is known. */
export class Carried {
  readonly #projectFolder: string
  /** By folder. */
  readonly #packages = new Map<string, CarriedPackage>()
  /** What packages import and is not installed: absent optional dependencies. */
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

  /** Adds the package that a folder is; returns whether that is news. */
  add(name: string, folder: string, why: string): boolean {
    const real = fs.realpathSync(folder)
    if (this.#packages.has(real) || name === 'kplug') return false
    this.#packages.set(real, { name, folder: real, why })
    return true
  }

  /** Adds the package that a file lies in, if it lies in one. */
  addAround(file: string, why: string): boolean {
    const found = packageAround(file)
    return found !== undefined && this.add(found.name, found.folder, why)
  }

  /** Adds a package by its name, as the project sees it; returns undefined where it is not installed. */
  addNamed(name: string, why: string): boolean | undefined {
    const folder = packageFolder(name, this.#projectFolder)
    return folder === undefined ? undefined : this.add(name, folder, why)
  }

  /** The carried package that a name means in a folder. */
  seenFrom(name: string, folder: string): CarriedPackage | undefined {
    const found = packageFolder(name, folder)
    return found === undefined ? undefined : this.#packages.get(fs.realpathSync(found))
  }

  /**
   * The one package of a name that built files can import: the project's own, or where the project has none, the
   * first that is carried.
   */
  inReachOfPlugins(name: string): CarriedPackage | undefined {
    const own = packageFolder(name, this.#projectFolder)
    if (own !== undefined) return this.#packages.get(fs.realpathSync(own))
    return this.packages.find(carried => carried.name === name)
  }
}

/** Of what stands in a bundle for a package that is not in it. */
export const carriedNamespace = 'kplug-carried'

/** Leaves imports of carried packages, and of absent ones, to Node. */
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
      // What Node says that a CommonJS module exports by name falls short of what bundling it finds.
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
    // Built files would find another version: the importer is carried as well, and finds its own.
    carried.addAround(importer, `needs its own version of "${name}"`)
    return undefined
  }
  if (kind !== 'import-statement') return { path: specifier, external: true }
  const own = await build.resolve(specifier, { kind, resolveDir, importer, pluginData: 'own' })
  return isCommonJs(own.path)
    ? { path: specifier, namespace: carriedNamespace }
    : { path: specifier, external: true }

  /** Where it is reached it throws, as in Node; a static import of an ES module would keep all from loading. */
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
