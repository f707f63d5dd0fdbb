import type { RulePlace } from '../plugin/rule-place.js'
import type { Storage } from './driver.js'
import type { StateKey } from './state-key.js'

/**
 * Key-value state that outlives rows and, in a file or in Redis, processes. Keys belong to one plugin in one place of
 * one rule. Values and counters share the keys.
 *
 * @example
 * const ctx = createContext()
 * await ctx.putState('last', { at: new Date(0), seen: new Set(['a']) })
 * expect(await ctx.getState('last')).toEqual({ at: new Date(0), seen: new Set(['a']) })
 * expect(await ctx.incrCounter('rows', 2)).toBe(2)
 * expect(await ctx.getCounter('missing')).toBe(0)
 */
export interface State {
  /**
   * Sets a value: anything structured, also Date, Map, Set, BigInt, typed arrays, cycles, and instances of classes that
   * `registerType` has named. Rejects what would lose its behaviour: functions, symbols, promises, other classes.
   */
  putState<T>(key: StateKey<T>, value: NoInfer<T>): Promise<void>
  putState(key: string, value: unknown): Promise<void>
  /** Returns a copy of the value, the count of a counter, or `undefined` if the key holds nothing. */
  getState<T>(key: StateKey<T>): Promise<T | undefined>
  getState(key: string): Promise<unknown>
  /** Removes a value or counter. Does nothing if the key holds nothing. */
  deleteState(key: string | StateKey<unknown>): Promise<void>
  /**
   * Adds a whole number to a counter, atomically, and returns the new count. A missing counter is 0. Rejects other
   * amounts, results beyond 2^53, and keys that hold a value.
   */
  incrCounter(key: string, amount: number): Promise<number>
  /** Returns the count of a counter, 0 if it is missing. Rejects keys that hold a value. */
  getCounter(key: string): Promise<number>
}

/**
 * Where plugins keep their state. One store serves a process; each plugin opens its own part of it.
 * Errors of every call are sentences: `Cannot add to "count": it holds a value, not a counter`.
 */
export interface StateStore {
  /**
   * Opens the state of one plugin, such as `open('function', 'myFunc')`. With files this takes the lock of that state,
   * and waits for another process that holds it, so that plugins joined by a pipe can share one folder.
   */
  open(kind: string, name: string): Promise<PluginState>
  /** Closes the state of every plugin. */
  close(): Promise<void>
}

/** The state of one plugin. */
export interface PluginState {
  /** Throws after `close`. */
  readonly storage: Storage
  readonly codec: Codec
  /** The state of the plugin in one place of one rule. Costs nothing; may be called again for the same place. */
  at(place: RulePlace): State
  close(): Promise<void>
}

/** Makes bytes of values, and values of bytes. It is part of the opened state, so that only its users load it. */
export interface Codec {
  encode(value: unknown): Buffer
  decode(bytes: Buffer): unknown
}
