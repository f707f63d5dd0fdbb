import type { PackagedPlugin } from '../plugin/package-manifest.js'
import { NotCalled } from './not-called.js'
import type { Notes } from './notes.js'

// A plugin that repeatedly crashes the process is suspended, so that the other plugins lose only a few restarts.

const toleratedDeaths = 3
const firstPause = 10_000
const longestPause = 600_000

/** Finds the plugin that crashes the process of its package, and suspends its calls for a while. */
export class Culprits {
  readonly #notes: Notes
  readonly #plugins: readonly PackagedPlugin[]
  readonly #watches: boolean
  readonly #warn: (sentence: string) => void
  readonly #blamed = new Set<number>()

  constructor(
    notes: Notes,
    plugins: readonly PackagedPlugin[],
    { tookOver, warn }: { tookOver: boolean; warn: (sentence: string) => void },
  ) {
    this.#notes = notes
    this.#plugins = plugins
    this.#watches = tookOver
    this.#warn = warn
    if (tookOver) for (const plugin of notes.suspects) this.#blame(plugin)
  }

  /** Records that the process died with a request to this plugin, which the engine has repeated. */
  blame(plugin: PackagedPlugin): void {
    this.#blame(this.#plugins.indexOf(plugin))
  }

  #blame(index: number): void {
    const plugin = this.#plugins[index]
    if (plugin === undefined || this.#blamed.has(index)) return
    this.#blamed.add(index)
    const before = this.#notes.deathsOf(index)
    const { process } = this.#notes
    // The process also crashed for another reason in between: a process that is killed from outside dies with any of
    // its plugins.
    const count = before?.process === process - 1 ? before.count + 1 : 1
    const pause =
      count < toleratedDeaths ? 0 : Math.min(firstPause * 2 ** (count - toleratedDeaths), longestPause)
    this.#notes.setDeaths(index, { count, process, until: Date.now() + pause })
    const named = `The ${plugin.kind} "${plugin.name}" ended the process of the package`
    if (pause > 0) this.#warn(`${named} ${count} times: calls are suspended for ${pause / 1000} s`)
    else this.#warn(`${named}, or was called when it ended`)
  }

  /** Milliseconds for which a plugin is suspended; 0 if it is not. */
  pauseOf(plugin: PackagedPlugin): number {
    if (!this.#watches) return 0
    return Math.max(0, (this.#notes.deathsOf(this.#plugins.indexOf(plugin))?.until ?? 0) - Date.now())
  }

  /** Throws if a plugin is suspended. */
  check(plugin: PackagedPlugin): void {
    const pause = this.pauseOf(plugin)
    if (pause === 0) return
    throw new NotCalled(
      `The ${plugin.kind} "${plugin.name}" ended the process of the package too often: calls are suspended for ${Math.ceil(pause / 1000)} s`,
    )
  }

  /**
   * Calls a plugin. It records for the next process that the plugin's code is on the stack, which costs one write per
   * call.
   */
  around<T>(plugin: PackagedPlugin, call: () => T): T {
    if (!this.#watches) return call()
    this.check(plugin)
    const index = this.#plugins.indexOf(plugin)
    this.#notes.markOnStack(index, true)
    try {
      return call()
    } finally {
      this.#notes.markOnStack(index, false)
    }
  }
}
