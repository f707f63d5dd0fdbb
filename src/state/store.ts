import type { RulePlace } from '../plugin/rule-place.js'

/**
 * Key-value state that outlives rows, and with a file or Redis behind it, processes. Keys belong to one plugin in
 * one place of one rule. Values and counters share one space of keys.
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
   * Sets a value: anything structured, also Date, Map, Set, BigInt, typed arrays, cycles, and instances of
   * classes that `registerType` has named. Rejects what would be flattened: functions, symbols, promises, others' classes.
   */
  putState(key: string, value: unknown): Promise<void>
  /** A copy of the value (of a counter, its number), or `undefined` where there is none. */
  getState(key: string): Promise<unknown>
  /** Forgets a value or counter; nothing happens when there is none. */
  deleteState(key: string): Promise<void>
  /**
   * Adds a whole number to a counter, atomically, and answers the new value. A missing counter is 0. Rejects other
   * amounts, results beyond 2^53, and keys that hold a value.
   */
  incrCounter(key: string, amount: number): Promise<number>
  /** A counter's value: 0 when missing. Rejects keys that hold a value. */
  getCounter(key: string): Promise<number>
}

/**
 * Where plugins keep their state. One store serves a process; each plugin opens its own space in it.
 * Errors of every call are sentences: `Cannot add to "count": it holds a value, not a counter`.
 */
export interface StateStore {
  /**
   * Opens the space of one plugin, such as `open('function', 'myFunc')`. With files this takes the space's lock, and
   * waits for another process that holds it, so that plugins joined by a pipe can share one folder.
   */
  open(kind: string, name: string): Promise<PluginState>
  /** Closes every space that is still open. */
  close(): Promise<void>
}

/** The space of one plugin. */
export interface PluginState {
  /** The state of the plugin in one place of one rule. Costs nothing; may be called again for the same place. */
  at(place: RulePlace): State
  close(): Promise<void>
}
