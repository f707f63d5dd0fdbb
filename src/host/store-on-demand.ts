import type { StoreOptions } from '../state/open.js'
import type { StateStore } from '../state/store.js'

/** The state of a package. Most packages never use it, and its code would slow down the start of each. */
export class StoreOnDemand {
  readonly #spec: string
  readonly #options: StoreOptions
  #store: Promise<StateStore> | undefined

  constructor(spec: string, options: StoreOptions) {
    this.#spec = spec
    this.#options = options
  }

  /** Opens the state at the first call, and again after a failure. */
  open(): Promise<StateStore> {
    this.#store ??= this.#openFirst()
    this.#store.catch(() => {
      this.#store = undefined
    })
    return this.#store
  }

  async #openFirst(): Promise<StateStore> {
    const { openStore } = await import('../state/open.js')
    return openStore(this.#spec, this.#options)
  }

  async close(): Promise<void> {
    const store = await this.#store
    await store?.close()
  }
}
