import { groupBy } from '../plugin/group.js'
import { keyOfPlugin, type PluginId } from '../plugin/plugin-id.js'
import { inspectBuilt } from './inspect.js'

/** A built plugin. */
interface BuiltPlugin extends PluginId {
  file: string
  symbol: string
}

/** Properties for a plugin. */
interface PropertySet extends PluginId {
  properties: Record<string, unknown>
}

/** Loads built plugins and checks properties with each plugin's own `config`. Resolves with the refused ones. */
export async function tryProperties<T extends PropertySet>(
  plugins: readonly BuiltPlugin[],
  propertySets: readonly T[],
): Promise<(T & { reason: string })[]> {
  const grouped = groupBy(propertySets, keyOfPlugin)
  const tried = plugins.filter(plugin => grouped.has(keyOfPlugin(plugin)))
  if (tried.length === 0) return []
  const requests = tried.map(plugin => ({
    ...plugin,
    propertySets: grouped.get(keyOfPlugin(plugin))?.map(({ properties }) => properties) ?? [],
  }))
  const inspected = await inspectBuilt(requests)
  return tried.flatMap((plugin, i) =>
    (grouped.get(keyOfPlugin(plugin)) ?? []).flatMap((set, k) => {
      const reason = inspected[i]?.refusals?.[k] ?? null
      return reason === null ? [] : [{ ...set, reason }]
    }),
  )
}
