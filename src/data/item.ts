import { parseJson } from './parse.js'

const opening = /^\s*[[{]/
// Enough to see past leading white space.
const headBytes = 64

/**
 * The item in one message of the engine: a row, an array, or a `Buffer` for any other bytes. A lone JSON number or
 * string stays a `Buffer` too: such bytes come from a `dataTemplate` or another format, and their type should not
 * depend on whether they hold `12` or `n/a`. The Buffer is a copy, because the payload's memory is reused.
 */
export function decodeItem(payload: Buffer): unknown {
  if (!opening.test(payload.toString('latin1', 0, headBytes))) return Buffer.from(payload)
  try {
    return parseJson(payload.toString())
  } catch (error) {
    if (error instanceof SyntaxError) return Buffer.from(payload)
    throw error
  }
}

/** An array of rows, flattened from the array of arrays that the engine makes of windows with `batchSize`. */
export const withoutNesting = (item: unknown): unknown =>
  // This also covers deeper nesting: a row is never an array.
  Array.isArray(item) && item.some(Array.isArray) ? item.flat(Infinity) : item
