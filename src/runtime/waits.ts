/** Waits that end when a signal aborts. A race against one promise for all of them would hold memory for every wait. */
export class Waits {
  readonly #signal: AbortSignal
  readonly #ends = new Set<() => void>()

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', () => this.#endAll(), { once: true })
  }

  /** Resolves with what the work does, or with undefined as soon as the signal aborts. */
  until<T>(work: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const end = (): void => resolve(undefined)
      this.#ends.add(end)
      work.then(resolve, reject).finally(() => this.#ends.delete(end))
      if (this.#signal.aborted) end()
    })
  }

  #endAll(): void {
    for (const end of this.#ends) end()
    this.#ends.clear()
  }
}
