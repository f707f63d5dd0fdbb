import { once } from 'node:events'
import type { Plugin } from '../runtime/plugin.js'

/** The new builds of a plugin. */
export interface NewBuilds {
  /** Calls `take` with each new build. Returns a function that ends that. */
  follow(take: (plugin: Plugin) => Promise<void>): () => Promise<void>
  /** Reports why the current build failed. The next build is awaited. */
  report(error: unknown): void
}

interface Closable {
  close(): Promise<void>
}

/** The running instance of a plugin. A new build replaces it before the previous instance is closed. */
export class Current<T extends Closable> {
  #value: T
  #use: Promise<unknown> = Promise.resolve()
  readonly #replaced = new EventTarget()

  constructor(first: T) {
    this.#value = first
  }

  get value(): T {
    return this.#value
  }

  /** Uses it for an action that may take a while. A replacement waits for the action. */
  use<R>(act: (value: T) => R): R {
    const result = act(this.#value)
    if (result instanceof Promise) this.#use = result
    return result
  }

  async replace(next: T): Promise<void> {
    const previous = this.#value
    this.#value = next
    await this.#use.catch(() => {})
    await previous.close()
    this.#replaced.dispatchEvent(new Event('replaced'))
  }

  /** Resolves at the next replacement, or when the signal aborts. */
  async replaced(signal: AbortSignal): Promise<void> {
    await once(this.#replaced, 'replaced', { signal }).catch(() => {})
  }
}

/** Runs an action with an instance, which each new build replaces, and closes the last instance. */
export async function withReplacement<T extends Closable>(
  plugin: Plugin,
  start: (plugin: Plugin) => T | Promise<T>,
  builds: NewBuilds | undefined,
  run: (current: Current<T>) => Promise<void>,
): Promise<void> {
  const current = new Current(await start(plugin))
  const unfollow = builds?.follow(async next => current.replace(await start(next)))
  try {
    await run(current)
  } finally {
    await unfollow?.()
    await current.value.close()
  }
}
