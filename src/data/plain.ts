import { isRow } from './row.js'

/** The largest magnitude up to which float64, the engine's number, holds every integer. */
export const maxExact = 2 ** 53

/** Containers within containers, at most: far more than a row has, far fewer than the stack holds. */
export const maxDepth = 500

// Beyond this depth the slower serialiser decides, which also finds cycles.
const shallow = 100

/**
 * Whether `JSON.stringify` writes this value as we would: objects, arrays, strings, booleans, null, undefined, and
 * numbers of a magnitude up to `limit`. It runs for every row: a walk costs less than a replacer, by far.
 */
export function isPlain(value: unknown, limit: number, depth = 0): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return true
    case 'number':
      return value <= limit && value >= -limit
    case 'object':
      return value === null || isPlainContainer(value, limit, depth)
    default:
      return false
  }
}

function isPlainContainer(value: object, limit: number, depth: number): boolean {
  if (depth === shallow || 'toJSON' in value) return false
  if (Array.isArray(value)) return value.every(item => isPlain(item, limit, depth + 1))
  if (!isRow(value)) return false
  // Inherited keys would be visited too, which is a visit too many, never one too few.
  for (const key in value) if (!isPlain(value[key], limit, depth + 1)) return false
  return true
}
