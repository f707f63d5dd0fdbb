import { parseJson } from './parse.js'

const OPENING = /^\s*[[{]/
// Enough to see past the white space that an encoder may write.
const HEAD = 64

/**
 * What a sink is given for one message of the engine: a row, an array, or a `Buffer` for bytes that are neither.
 * A lone JSON number or string stays a `Buffer` too: only a `dataTemplate` or another format makes such bytes, and
 * whether `12` or `n/a` is in them should not change their type. The Buffer is a copy, since the payload's memory
 * is read into again.
 */
export function decodeItem(payload: Buffer): unknown {
  if (!OPENING.test(payload.toString('latin1', 0, HEAD))) return Buffer.from(payload)
  try {
    return parseJson(payload.toString())
  } catch (error) {
    if (error instanceof SyntaxError) return Buffer.from(payload)
    throw error
  }
}
