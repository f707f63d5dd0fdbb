import type { Plugin } from '../runtime/plugin.js'

/** What tells of new builds of a plugin. */
export interface Changes {
  /** Calls with each new build; answers what ends it. */
  replace(take: (plugin: Plugin) => Promise<void>): () => Promise<void>
  /**
   * Runs something with the plugin, and again with each new build, until it ends by itself or the signal aborts. What
   * it throws is told, and the next build awaited.
   */
  restart(
    plugin: Plugin,
    signal: AbortSignal,
    run: (plugin: Plugin, signal: AbortSignal) => Promise<void>,
  ): Promise<void>
}

interface Closable {
  close(): Promise<void>
}

/** Something that is used while its successor is being made, and closed when that has taken over. */
class Replaceable<T extends Closable> {
  #current: T
  #use: Promise<unknown> = Promise.resolve()

  constructor(first: T) {
    this.#current = first
  }

  /** Does something with it that may take a while; what replaces it waits for that. */
  use<R>(act: (current: T) => R): R {
    const result = act(this.#current)
    if (result instanceof Promise) this.#use = result
    return result
  }

  async replace(next: T): Promise<void> {
    const previous = this.#current
    this.#current = next
    await this.#use.catch(() => {})
    await previous.close()
  }

  close(): Promise<void> {
    return this.#current.close()
  }
}

/** Runs something with what a plugin starts, which each new build replaces, and closes the last one. */
export async function withReplaceable<T extends Closable>(
  plugin: Plugin,
  start: (plugin: Plugin) => T | Promise<T>,
  changes: Changes | undefined,
  run: (replaceable: Pick<Replaceable<T>, 'use'>) => Promise<void>,
): Promise<void> {
  const replaceable = new Replaceable(await start(plugin))
  const stop = changes?.replace(async next => replaceable.replace(await start(next)))
  try {
    await run(replaceable)
  } finally {
    await stop?.()
    await replaceable.close()
  }
}
