import type { PackagedPlugin, PackageManifest } from '../plugin/package-manifest.js'
import type { Host } from '../runtime/host.js'
import { FunctionChannel } from './function-channel.js'
import { NotCalled } from './not-called.js'
import type { Shared } from './surroundings.js'

/** The functions of a package, each on its channel. */
export class Functions {
  readonly #manifest: PackageManifest
  readonly #host: Host
  readonly #shared: Shared
  readonly #channels = new Map<string, FunctionChannel>()

  /**
   * After an update, the engine repeats the start of only one function, so all others must be available without a
   * start.
   */
  constructor(manifest: PackageManifest, host: Host, shared: Shared) {
    this.#manifest = manifest
    this.#host = host
    this.#shared = shared
    for (const plugin of manifest.plugins) if (plugin.kind === 'function') this.#open(plugin)
  }

  #open(plugin: PackagedPlugin, load = () => this.#shared.code.load(plugin)): void {
    this.#channels.set(plugin.name, new FunctionChannel(plugin, this.#host, this.#shared, load))
  }

  /** Loads a function. Rejects if it cannot be loaded. */
  async start(name: string): Promise<void> {
    const channel = this.#channels.get(name)
    if (channel) await channel.start()
    else this.#miss(name)
  }

  /**
   * After an update, the engine repeats the start of the last function that it started, even if the new version does
   * not contain it. An error would roll the update back, and would crash engines up to 2.1.0. Therefore only its calls
   * fail.
   */
  #miss(name: string): void {
    this.#shared.say(
      'warn',
      `The engine started the function "${name}", which this version does not contain: its calls fail`,
    )
    const reason = `Package "${this.#manifest.name}" has no function "${name}" in this version`
    const missing: PackagedPlugin = { kind: 'function', name, symbol: name, version: null, file: '' }
    this.#open(missing, () => Promise.reject(new NotCalled(reason)))
  }

  async close(): Promise<void> {
    await Promise.all([...this.#channels.values()].map(channel => channel.close()))
  }
}
