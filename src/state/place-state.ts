import { quote } from '../data/quote.js'
import { isObjectLike } from '../data/object.js'
import { messageOf } from '../errors/reason.js'
import type { RulePlace } from '../plugin/rule-place.js'
import type { Awaitable } from './driver.js'
import { keyPrefix } from './full-key.js'
import type { StateKey } from './state-key.js'
import type { PluginState, State } from './store.js'

const longestKey = 64 * 1024

type Key = string | StateKey<unknown>

/** The state of a plugin in one place of one rule. `opened` opens it, at the first call. */
export class PlaceState implements State {
  readonly #opened: () => Awaitable<PluginState>
  readonly #prefix: string

  constructor(opened: () => Awaitable<PluginState>, place: RulePlace) {
    this.#opened = opened
    this.#prefix = keyPrefix(place)
  }

  putState(key: Key, value: unknown): Promise<void> {
    return this.#call('put', key, ({ storage, codec }, full) => storage.put(full, codec.encode(value)))
  }

  // The type of a value is the author's promise: `putState` with the same key accepts no other.
  getState<T>(key: Key): Promise<T | undefined> {
    return this.#call('get', key, async ({ storage, codec }, full) => {
      const stored = await storage.get(full)
      return (typeof stored === 'object' ? codec.decode(stored) : stored) as T | undefined
    })
  }

  deleteState(key: Key): Promise<void> {
    return this.#call('delete', key, ({ storage }, full) => storage.delete(full))
  }

  // Plugins count for each row. So this is `#call` without its closure, and without a second promise.
  async incrCounter(key: string, amount: number): Promise<number> {
    const opened = this.#opened()
    const state = opened instanceof Promise ? await opened : opened
    try {
      if (!Number.isSafeInteger(amount)) throw new Error(`${display(amount)} is not a whole number`)
      const sum = state.storage.add(this.#full(key), amount)
      return typeof sum === 'number' ? sum : await sum
    } catch (error) {
      throw failure('add to', key, error)
    }
  }

  getCounter(key: string): Promise<number> {
    return this.#call('count', key, async ({ storage }, full) => {
      const stored = (await storage.get(full)) ?? 0
      if (typeof stored === 'number') return stored
      throw new Error('it holds a value, not a counter: read it with getState')
    })
  }

  #full(key: Key): string {
    const name = nameOf(key)
    if (typeof name !== 'string') throw new Error('a key is a string')
    if (name.length > longestKey)
      throw new Error(`the key has ${name.length} characters: the limit is ${longestKey}`)
    const full = this.#prefix + name
    if (full.isWellFormed()) return full
    throw new Error('the key holds half of a surrogate pair, which UTF-8 cannot write')
  }

  async #call<T>(
    verb: string,
    key: Key,
    action: (state: PluginState, full: string) => Awaitable<T>,
  ): Promise<T> {
    const opened = this.#opened()
    const state = opened instanceof Promise ? await opened : opened
    try {
      return await action(state, this.#full(key))
    } catch (error) {
      throw failure(verb, key, error)
    }
  }
}

function failure(verb: string, key: Key, error: unknown): Error {
  const reason = messageOf(error instanceof Error ? error.message : error)
  return new Error(`Cannot ${verb} ${display(nameOf(key))}: ${reason}`, { cause: error })
}

/** Callers in JavaScript may pass anything. */
const nameOf = (key: unknown): unknown => (isObjectLike(key) && 'name' in key ? key.name : key)

function display(value: unknown): string {
  if (typeof value === 'string') return quote(value, 80)
  return isObjectLike(value) ? 'an object' : String(value)
}
