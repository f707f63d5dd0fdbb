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
  at(place: Place): State
  close(): Promise<void>
}

/** Where in a rule a plugin runs. Sources and sinks have no `funcId`. */
export interface Place {
  ruleId: string
  opId: string
  instanceId: number
  funcId?: number
}

/** Counters and values by key. They share one space of keys, and what is read is a copy. */
export interface State {
  /** Sets `key` to any structured value; what could not be read back as it was is refused with its path. */
  putState(key: string, value: unknown): Promise<void>
  /** The value, the number of a counter, or `undefined`. */
  getState(key: string): Promise<unknown>
  /** Forgets a value or a counter. No error when it is missing. */
  deleteState(key: string): Promise<void>
  /** Adds a whole number, atomically, and resolves to the new count. A missing counter counts from 0. */
  incrCounter(key: string, amount: number): Promise<number>
  /** The count, 0 when missing. A value is refused. */
  getCounter(key: string): Promise<number>
}
