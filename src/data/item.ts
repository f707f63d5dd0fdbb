import { parseJson } from './parse.js'

const opening = /^\s*[[{]/
// Enough to see past the white space that an encoder may write.
const headBytes = 64

/**
 * The item in one message of the engine: a row, an array, or a `Buffer` for bytes that are neither. A lone JSON number
 * or string stays a `Buffer` too: only a `dataTemplate` or another format makes such bytes, and whether they hold `12`
 * or `n/a` should not change their type. The Buffer is a copy, because the payload's memory is reused.
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

/** An array of rows instead of an array of arrays, which the engine makes of windows with `batchSize`. */
export const withoutNesting = (item: unknown): unknown =>
  // Also where arrays lie deeper: a row is never an array.
  Array.isArray(item) && item.some(Array.isArray) ? item.flat(Infinity) : item
