import { setImmediate } from 'node:timers/promises'

const longestTurn = 5
const rowsBetweenLooks = 16

/** Lets everything else have its turn: signals, timers, what is to be sent. */
export const yieldTurn = (): Promise<void> => setImmediate()

/** Counts the rows of a source. One whose rows cost no waiting would keep everything else from running. */
export class Turn {
  #start = performance.now()
  #rows = 0

  /** Counts one; answers a promise where the next row has to wait for others to have their turn. */
  next(): Promise<void> | undefined {
    this.#rows += 1
    if (this.#rows % rowsBetweenLooks !== 0 || performance.now() - this.#start < longestTurn) return undefined
    return this.#over()
  }

  async #over(): Promise<void> {
    await yieldTurn()
    this.#start = performance.now()
  }
}
