import * as path from 'node:path'
import { messageOf } from '../errors/reason.js'
import { findPlugin } from '../plugin/plugin-id.js'
import type { Kind } from '../plugin/kind.js'
import type { PackagedPlugin, PackageManifest } from '../plugin/package-manifest.js'
import { importPlugin, type Plugin } from '../runtime/plugin.js'
import type { Culprits } from './culprits.js'
import { LoadError } from './start-refusal.js'

/**
 * The code of a package. A plugin is loaded at its first start: if that is slow or fails, only its own rules are
 * affected.
 */
export class PackagedCode {
  readonly #manifest: PackageManifest
  readonly #lib: string
  readonly #culprits: Culprits
  readonly #loaded = new Map<PackagedPlugin, Promise<Plugin>>()

  constructor(manifest: PackageManifest, folder: string, culprits: Culprits) {
    this.#manifest = manifest
    this.#lib = path.join(folder, 'lib')
    this.#culprits = culprits
  }

  find(kind: Kind, name: string): PackagedPlugin {
    const found = findPlugin(this.#manifest.plugins, { kind, name })
    if (found) return found
    throw new Error(`Package "${this.#manifest.name}" has no ${kind} "${name}"`)
  }

  load(packaged: PackagedPlugin): Promise<Plugin> {
    const load = (): Promise<Plugin> => this.#import(packaged)
    const loading = this.#loaded.get(packaged) ?? this.#culprits.around(packaged, load)
    this.#loaded.set(packaged, loading)
    return loading
  }

  async #import(packaged: PackagedPlugin): Promise<Plugin> {
    const { kind, name, symbol, file } = packaged
    try {
      return await importPlugin(path.join(this.#lib, file), kind, symbol)
    } catch (error) {
      throw new LoadError(`Cannot load ${kind} "${name}": ${messageOf(error)}`, { cause: error })
    }
  }
}
