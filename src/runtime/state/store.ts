import type { State } from '../contract.js'

export type { State }

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
