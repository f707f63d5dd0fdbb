import type { Plugin } from '../runtime/plugin.js'

/** What tells of new builds of a plugin. */
export interface Changes {
  /** Calls with each new build; answers what ends it. */
  replace(take: (plugin: Plugin) => Promise<void>): () => Promise<void>
  /** Runs something with the plugin, and again with each new build, until it ends by itself or the signal aborts. */
  restart(
    plugin: Plugin,
    signal: AbortSignal,
    run: (plugin: Plugin, signal: AbortSignal) => Promise<void>,
  ): Promise<void>
}

/** Something that is used while its successor is being made, and closed when that has taken over. */
export class Replaceable<T extends { close(): Promise<void> }> {
  #current: T

  constructor(first: T) {
    this.#current = first
  }

  get current(): T {
    return this.#current
  }

  async replace(next: T): Promise<void> {
    const previous = this.#current
    this.#current = next
    await previous.close()
  }
}
