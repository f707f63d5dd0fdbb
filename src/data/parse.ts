import { readExactly } from './exact.js'
import { mayHoldLargeInteger } from './large-integer.js'

/**
 * Parses JSON like `JSON.parse`, with the same errors, but returns a `bigint` for an integer beyond
 * `Number.MAX_SAFE_INTEGER`. Numbers with a fraction or an exponent stay numbers.
 *
 * @example parseJson('{"id": 9007199254740993}') // { id: 9007199254740993n }
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  return mayHoldLargeInteger(text) ? readExactly(text) : value
}
