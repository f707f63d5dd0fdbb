import { setImmediate } from 'node:timers/promises'

const longestStretch = 5
const rowsBetweenLooks = 16

/** Lets the event loop run signals, timers and writes. */
export const yieldToEventLoop = (): Promise<void> => setImmediate()

/** Keeps a source that never awaits anything slow from starving the event loop. */
export class FairShare {
  #start = performance.now()
  #rows = 0

  /** Counts a row. Returns a promise if the next row has to wait for the event loop. */
  next(): Promise<void> | undefined {
    this.#rows += 1
    if (this.#rows % rowsBetweenLooks !== 0 || performance.now() - this.#start < longestStretch)
      return undefined
    return this.#yield()
  }

  async #yield(): Promise<void> {
    await yieldToEventLoop()
    this.#start = performance.now()
  }
}
