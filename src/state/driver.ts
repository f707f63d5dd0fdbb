/** What keeps the bytes: one for each form of `--state`. All of them pass test/state/conformance.test.ts. */
export interface Driver {
  open(kind: string, name: string): Awaitable<Entries>
  close(): Awaitable<void>
}

/**
 * The entries of one plugin. An error's message is the reason alone (`it holds a value, not a counter`): the caller
 * knows what was asked, and makes the sentence.
 */
export interface Entries {
  get(key: string): Awaitable<Entry | undefined>
  /** `bytes` may be overwritten after the call: an entry keeps a copy. */
  put(key: string, bytes: Buffer): Awaitable<void>
  delete(key: string): Awaitable<void>
  /** Adds to a counter and gives the sum. Both are safe integers, or the call is refused. */
  add(key: string, amount: number): Awaitable<number>
  close(): Awaitable<void>
}

/** A counter, or the bytes of a value. */
export type Entry = number | Buffer

/** A driver in the same process answers without a promise: one less for each of 200 000 increments a second. */
export type Awaitable<T> = T | Promise<T>

export const NOT_A_COUNTER = 'it holds a value, not a counter: delete it first'

export const tooLarge = (what: string): string =>
  `${what} would be beyond ${Number.MAX_SAFE_INTEGER}, the largest whole number that is exact`

/** The new count, where the old entry allows one. */
export function sum(entry: unknown, amount: number): number {
  const count = entry ?? 0
  if (typeof count !== 'number') throw new Error(NOT_A_COUNTER)
  const result = count + amount
  if (!Number.isSafeInteger(result)) throw new Error(tooLarge(`${count} + ${amount}`))
  return result
}
