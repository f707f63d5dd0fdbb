/** Keys and indices from the outermost value to a field. */
export type Path = (string | number)[]

/** Throws the `TypeError` for a field that cannot be sent. `reason` also names the remedy. */
export function refuse(path: Path, reason: string): never {
  const what = path.length === 0 ? 'the value' : `"${showPath(path)}"`
  throw new TypeError(`Cannot send ${what}: ${reason}`)
}

/** A path as in code: `a.b[2]["two words"]`. */
export function showPath(path: readonly PropertyKey[]): string {
  return path.map(showKey).join('').replace(/^\./, '')
}

function showKey(key: PropertyKey): string {
  if (typeof key === 'number') return `[${key}]`
  return typeof key === 'string' && /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(String(key))}]`
}
