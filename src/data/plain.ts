import { isRow } from './row.js'

/** Up to this magnitude, float64 (the number type of the engine) represents every integer exactly. */
export const maxExact = 2 ** 53

/** The maximum nesting of containers: far deeper than any row, far below the limit of the stack. */
export const maxDepth = 500

// Beyond this depth the slower serializer takes over. It also detects cycles.
const shallow = 100

/**
 * Whether `JSON.stringify` writes this value correctly: objects, arrays, strings, booleans, null, undefined, and
 * numbers of a magnitude up to `limit`. This runs for every row, and a walk is much faster than a replacer.
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
  // This also visits inherited keys: more visits than needed, never fewer.
  for (const key in value) if (!isPlain(value[key], limit, depth + 1)) return false
  return true
}
