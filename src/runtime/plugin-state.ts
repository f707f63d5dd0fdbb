import type { Host } from './host.js'
import type { Plugin } from './plugin.js'
import type { Awaitable } from '../state/driver.js'
import type { PluginState } from '../state/store.js'

const opened = new WeakMap<Host, Map<string, Promise<PluginState>>>()

/** Opens the state of a plugin once for each host, however many rules use it: the file driver locks it. */
function openState(host: Host, { kind, name }: Plugin): Promise<PluginState> {
  const ofHost = opened.get(host) ?? new Map<string, Promise<PluginState>>()
  opened.set(host, ofHost)
  const key = `${kind} ${name}`
  const state = ofHost.get(key) ?? host.store().then(store => store.open(kind, name))
  ofHost.set(key, state)
  // If the store is down, the next call tries again.
  state.catch(() => ofHost.delete(key))
  return state
}

/** Opens the state of a plugin at the first call: most plugins never ask for it. */
export function stateOnDemand(host: Host, plugin: Plugin): () => Awaitable<PluginState> {
  let state: PluginState | undefined
  return () => {
    if (state) return state
    return openState(host, plugin).then(found => {
      state = found
      return found
    })
  }
}
