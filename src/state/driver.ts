/** What keeps the bytes: one for each form of `--state`. All of them pass test/state/conformance.test.ts. */
export interface Driver {
  open(kind: string, name: string): Awaitable<Storage>
  close(): Awaitable<void>
}

/**
 * What one plugin has stored. The message of an error is the reason alone (`it holds a value, not a counter`): the
 * caller knows the operation and the key, and makes the sentence.
 */
export interface Storage {
  get(key: string): Awaitable<Stored | undefined>
  /** `bytes` may be a part of a larger buffer: a storage that keeps them copies them. */
  put(key: string, bytes: Buffer): Awaitable<void>
  delete(key: string): Awaitable<void>
  /** Adds to a counter and returns the sum. Rejects a sum that is not a safe integer. */
  add(key: string, amount: number): Awaitable<number>
  close(): Awaitable<void>
}

/** A counter, or the bytes of a value. */
export type Stored = number | Buffer

/** A driver in the same process returns without a promise: this saves one for each of 200 000 increments a second. */
export type Awaitable<T> = T | Promise<T>

export const notACounter = 'it holds a value, not a counter: delete it first'

export const tooLarge = (what: string): string =>
  `${what} would be beyond ${Number.MAX_SAFE_INTEGER}, the largest whole number that is exact`

/** The new count, if the old contents allow one. */
export function sum(stored: unknown, amount: number): number {
  const count = stored ?? 0
  if (typeof count !== 'number') throw new Error(notACounter)
  const result = count + amount
  if (!Number.isSafeInteger(result)) throw new Error(tooLarge(`${count} + ${amount}`))
  return result
}
