/** Calls `act` once the signal aborts, or at once if it has. Returns a function that ends the wait. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) act()
  else signal.addEventListener('abort', act, { once: true })
  return () => signal.removeEventListener('abort', act)
}

/** Resolves once the signal aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => void onAbort(signal, () => resolve()))

/** Resolves after some milliseconds, or earlier if the signal aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => {
    const forget = onAbort(signal, () => {
      clearTimeout(timer)
      resolve()
    })
    const timer = setTimeout(() => {
      forget()
      resolve()
    }, ms)
  })
}

/**
 * Waits that end when a signal aborts. All of them share one listener, and a wait leaves nothing behind when its work
 * is done: a race against one promise would keep memory for every wait.
 */
export class Waits {
  readonly #signal: AbortSignal
  readonly #ends = new Set<() => void>()

  constructor(signal: AbortSignal) {
    this.#signal = signal
    onAbort(signal, () => this.#endAll())
  }

  /** Resolves with the result of the work, or with `undefined` as soon as the signal aborts. */
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
