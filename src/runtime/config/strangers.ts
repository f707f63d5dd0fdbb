import { isObject } from '../../data/object.js'
import { isRow, type Row } from '../../data/row.js'
import { showPath } from '../../data/refuse.js'
import { nearest } from '../../errors/nearest.js'
import type { Looks } from './watch.js'

/** A property that a schema does not know, at the top level or inside an object. */
export interface Stranger {
  path: readonly string[]
  /** As in code: `broker.url`. */
  name: string
  /** The known property with the most similar name. */
  meant: string | undefined
}

/** All keys that a schema did not ask for. An object of which it asked for no key may contain anything. */
export function strangersIn(given: Row, looks: Looks, above: readonly string[] = []): Stranger[] {
  return Object.entries(given).flatMap(([key, value]) => {
    const path = [...above, key]
    if (!looks.names.has(key)) return [{ path, name: nameOf(path), meant: meantBy(key, looks, above) }]
    const inner = looks.inner.get(key)
    return isRow(value) && inner && inner.names.size > 0 ? strangersIn(value, inner, path) : []
  })
}

const nameOf = (path: readonly string[]): string => (path.length === 1 ? path.join('') : showPath(path))

function meantBy(key: string, { names }: Looks, above: readonly string[]): string | undefined {
  const meant = nearest(key, names)
  return meant === undefined ? undefined : nameOf([...above, meant])
}

/** The unknown keys that are also absent from the parsed value. */
export const ignoredIn = (given: Row, parsed: Row, looks: Looks): Stranger[] =>
  strangersIn(given, looks).filter(({ path }) => !reaches(path, parsed, looks))

/** A schema that enumerates the keys of an object may have used any of them. */
function reaches([key = '', ...rest]: readonly string[], parsed: unknown, looks: Looks): boolean {
  if (!isObject(parsed)) return true
  if (rest.length === 0) return Object.hasOwn(parsed, key)
  const inner = looks.inner.get(key)
  return inner === undefined || inner.listed || reaches(rest, parsed[key], inner)
}
