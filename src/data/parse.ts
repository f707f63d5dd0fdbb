import { readExactly } from './exact.js'
import { mayHoldLargeInteger } from './large-integer.js'

/**
 * The value of a JSON text, as `JSON.parse` gives it and with its errors, except that an integer beyond
 * `Number.MAX_SAFE_INTEGER` is a `bigint`. Numbers with a fraction or an exponent stay numbers.
 *
 * @example parseJson('{"id": 9007199254740993}') // { id: 9007199254740993n }
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  return mayHoldLargeInteger(text) ? readExactly(text) : value
}
