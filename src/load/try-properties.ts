import { groupBy } from '../plugin/group.js'
import type { Kind } from '../plugin/kind.js'
import { inspectBuilt } from './inspect.js'

/** A built plugin. */
interface BuiltPlugin {
  file: string
  kind: Kind
  name: string
  symbol: string
}

/** Properties for a plugin. */
interface PropertySet {
  kind: Kind
  name: string
  properties: Record<string, unknown>
}

/** Loads built plugins and checks properties with each plugin's own `config`. Resolves with the refused ones. */
export async function tryProperties<T extends PropertySet>(
  plugins: readonly BuiltPlugin[],
  propertySets: readonly T[],
): Promise<(T & { reason: string })[]> {
  const grouped = groupBy(propertySets, keyOf)
  const tried = plugins.filter(plugin => grouped.has(keyOf(plugin)))
  if (tried.length === 0) return []
  const requests = tried.map(plugin => ({
    ...plugin,
    propertySets: grouped.get(keyOf(plugin))?.map(({ properties }) => properties) ?? [],
  }))
  const inspected = await inspectBuilt(requests)
  return tried.flatMap((plugin, i) =>
    (grouped.get(keyOf(plugin)) ?? []).flatMap((set, k) => {
      const reason = inspected[i]?.refusals?.[k] ?? null
      return reason === null ? [] : [{ ...set, reason }]
    }),
  )
}

const keyOf = ({ kind, name }: { kind: Kind; name: string }): string => `${kind} ${name}`
