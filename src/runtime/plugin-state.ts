import type { Host } from './host.js'
import type { Plugin } from './plugin.js'
import type { PluginState, State } from '../state/store.js'
import type { RulePlace } from '../plugin/rule-place.js'

const opened = new WeakMap<Host, Map<string, Promise<PluginState>>>()

/** Opens a plugin's state once for each host, however many rules use it: the file driver holds a lock on it. */
function openState(host: Host, { kind, name }: Plugin): Promise<PluginState> {
  const ofHost = opened.get(host) ?? new Map<string, Promise<PluginState>>()
  opened.set(host, ofHost)
  const key = `${kind} ${name}`
  const state = ofHost.get(key) ?? host.store().then(store => store.open(kind, name))
  ofHost.set(key, state)
  // A store that was down for a moment is tried again at the next call.
  state.catch(() => ofHost.delete(key))
  return state
}

/** The state of one place, opened at its first use: most plugins never ask for any. */
export class LazyState implements State {
  readonly #open: () => Promise<State>
  #state: State | undefined

  constructor(host: Host, plugin: Plugin, place: RulePlace) {
    this.#open = async () => {
      const state = (await openState(host, plugin)).at(place)
      this.#state = state
      return state
    }
  }

  putState(key: string, value: unknown): Promise<void> {
    return this.#state?.putState(key, value) ?? this.#open().then(state => state.putState(key, value))
  }

  getState(key: string): Promise<unknown> {
    return this.#state?.getState(key) ?? this.#open().then(state => state.getState(key))
  }

  deleteState(key: string): Promise<void> {
    return this.#state?.deleteState(key) ?? this.#open().then(state => state.deleteState(key))
  }

  incrCounter(key: string, amount: number): Promise<number> {
    return this.#state?.incrCounter(key, amount) ?? this.#open().then(state => state.incrCounter(key, amount))
  }

  getCounter(key: string): Promise<number> {
    return this.#state?.getCounter(key) ?? this.#open().then(state => state.getCounter(key))
  }
}
