/** Time limit of one call in milliseconds: far longer than an engine waits, but finite. */
const patience = 30_000

/** The call of a plugin that the run waits for. The run can abandon it, because its promise may never settle. */
export class PendingCall {
  /** The current line. */
  line: number | undefined
  #since = 0
  #fail: ((error: Error) => void) | undefined
  readonly #watch: NodeJS.Timeout | undefined
  readonly #patience: number

  /** 0 means no limit. */
  constructor(limit = patience) {
    this.#patience = limit
    this.#watch = limit === 0 ? undefined : setInterval(() => this.#check(), limit / 30).unref()
  }

  until<T>(work: Promise<T>): Promise<T> {
    this.#since = performance.now()
    return new Promise((resolve, reject) => {
      this.#fail = reject
      const settle =
        <V>(then: (value: V) => void) =>
        (value: V): void => {
          this.#fail = undefined
          then(value)
        }
      work.then(settle(resolve), settle(reject))
    })
  }

  /** Fails the call. Returns whether there was one. */
  giveUp(reason: string): boolean {
    const fail = this.#fail
    this.#fail = undefined
    fail?.(new Error(reason))
    return fail !== undefined
  }

  #check(): void {
    if (performance.now() - this.#since < this.#patience) return
    this.giveUp(`the call did not end within ${this.#patience / 1000} s`)
  }

  close(): void {
    clearInterval(this.#watch)
  }
}
