/** Values by key, in the order in which each key was first seen. (`Map.groupBy` came with Node 21.) */
export function groupBy<V>(values: Iterable<V>, keyOf: (value: V) => string): Map<string, [V, ...V[]]> {
  const groups = new Map<string, [V, ...V[]]>()
  for (const value of values) {
    const key = keyOf(value)
    const group = groups.get(key)
    if (group) group.push(value)
    else groups.set(key, [value])
  }
  return groups
}
