import { decodePlace } from '../ekuiper/protocol.js'
import type { PackagedPlugin, PackageManifest } from '../plugin/package-manifest.js'
import type { RulePlace } from '../plugin/rule-place.js'
import type { Host } from '../runtime/host.js'
import type { Plugin } from '../runtime/plugin.js'
import { type Calls, FunctionChannel } from './function-channel.js'
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

  #open(packaged: PackagedPlugin): void {
    const { code, culprits, failed } = this.#shared
    this.#dial(packaged.name, () => code.load(packaged), {
      blame: () => culprits.blame(packaged),
      failed: (error, context) => failed(packaged, placeIn(context), error),
      around: call => culprits.around(packaged, call),
    })
  }

  #dial(name: string, load: () => Promise<Plugin>, calls: Calls): FunctionChannel {
    const { channels, connected, tookOver } = this.#shared
    const path = channels.function(name)
    const channel = new FunctionChannel(path, this.#host, load, { connected, tookOver, ...calls })
    this.#channels.set(name, channel)
    return channel
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
    this.#dial(name, () => Promise.reject(new Error(reason)), unobserved)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#channels.values()].map(channel => channel.close()))
  }
}

const unobserved: Calls = { blame: () => {}, failed: () => {}, around: call => call() }

/**
 * The place in the context of a call. If the context cannot be read, the call fails, but its error is still reported.
 */
function placeIn(context: string): RulePlace {
  try {
    return decodePlace(context)
  } catch {
    return decodePlace('{}')
  }
}
