import { NotCalled } from './not-called.js'

const repeatedWithin = 200

/**
 * Recognises the request that a process died with: the engine repeats it at once to the next process, as the first
 * request of all. It would most likely end that one, too.
 */
export class Repetition {
  readonly #found: () => void
  #possible: boolean
  #since: number | undefined

  /** `found` is called for the request that is repeated. */
  constructor(tookOver: boolean, found: () => void = () => {}) {
    this.#found = found
    this.#possible = tookOver
  }

  readonly connected = (): void => {
    if (this.#possible) this.#since ??= performance.now()
  }

  /** Throws for the request that is repeated. */
  check(): void {
    if (!this.#possible) return
    this.#possible = false
    if (performance.now() - (this.#since ?? 0) >= repeatedWithin) return
    this.#found()
    throw new NotCalled('The process of the package died with this request, which is not tried again')
  }
}
