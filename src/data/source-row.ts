import { isObjectLike } from './object.js'
import { encodeJson } from './encode.js'
import { isRow } from './row.js'

// The engine reads a source's numbers as float64, so a number that it would round is refused.
const rules = { refuseLargeIntegers: true }

/**
 * A source's row as JSON. Throws for anything that is not a plain object, and for values that a rule would receive
 * changed.
 */
export function encodeRow(row: unknown): string {
  if (isRow(row)) return encodeJson(row, rules)
  throw new TypeError(`A row must be a plain object, got ${nameOf(row)}`)
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (isObjectLike(value)) return `an instance of ${value.constructor.name}`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
