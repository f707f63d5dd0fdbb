import { keyOfPlugin } from '../plugin/plugin-id.js'
import type { Host } from './host.js'
import type { Plugin } from './plugin.js'
import type { Awaitable } from '../state/driver.js'
import type { PluginState } from '../state/store.js'

const opened = new WeakMap<Host, Map<string, Promise<PluginState>>>()

/** Opens the state of a plugin once for each host, however many rules use it: the file driver locks it. */
function openState(host: Host, plugin: Plugin): Promise<PluginState> {
  const ofHost = opened.get(host) ?? new Map<string, Promise<PluginState>>()
  opened.set(host, ofHost)
  const key = keyOfPlugin(plugin)
  const state = ofHost.get(key) ?? host.store().then(store => store.open(plugin.kind, plugin.name))
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
