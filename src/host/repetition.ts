import { NotCalled } from './not-called.js'

const repeatedWithin = 200

/**
 * Recognizes the request with which a process died: the engine repeats it to the next process at once, before any other
 * request. It would probably crash that process too.
 */
export class Repetition {
  readonly #found: () => void
  #possible: boolean
  #since: number | undefined

  /** `found` is called for the repeated request. */
  constructor(tookOver: boolean, found: () => void = () => {}) {
    this.#found = found
    this.#possible = tookOver
  }

  readonly connected = (): void => {
    if (this.#possible) this.#since ??= performance.now()
  }

  /** Throws for the repeated request. */
  check(): void {
    if (!this.#possible) return
    this.#possible = false
    if (performance.now() - (this.#since ?? 0) >= repeatedWithin) return
    this.#found()
    throw new NotCalled('The process of the package died with this request, which is not retried')
  }
}
