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
interface Trial {
  kind: Kind
  name: string
  properties: Record<string, unknown>
}

/** Loads built plugins and checks properties with each plugin's own `config`. Resolves with the refused ones. */
export async function tryProperties<T extends Trial>(
  plugins: readonly BuiltPlugin[],
  trials: readonly T[],
): Promise<(T & { reason: string })[]> {
  const grouped = groupBy(trials, keyOf)
  const tried = plugins.filter(plugin => grouped.has(keyOf(plugin)))
  if (tried.length === 0) return []
  const requests = tried.map(plugin => ({
    ...plugin,
    trials: grouped.get(keyOf(plugin))?.map(({ properties }) => properties) ?? [],
  }))
  const inspected = await inspectBuilt(requests)
  return tried.flatMap((plugin, i) =>
    (grouped.get(keyOf(plugin)) ?? []).flatMap((trial, k) => {
      const reason = inspected[i]?.refusals?.[k] ?? null
      return reason === null ? [] : [{ ...trial, reason }]
    }),
  )
}

const keyOf = ({ kind, name }: { kind: Kind; name: string }): string => `${kind} ${name}`
