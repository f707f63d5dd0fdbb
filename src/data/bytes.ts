import { quote } from './quote.js'
import { isObjectLike } from './object.js'
import { types } from 'node:util'

const mostShown = 20

/**
 * The bytes behind a value of a row: the engine sends bytes as a base64 string. Bytes in any JavaScript form are
 * returned on the same memory. Anything else throws a `TypeError`.
 *
 * @example bytes('aGVsbG8=').toString() // 'hello'
 */
export function bytes(value: unknown): Buffer {
  if (typeof value === 'string') return decodeBase64(value)
  const found = isObjectLike(value) ? bytesOf(value) : undefined
  if (found !== undefined) return found
  throw new TypeError(`Cannot read bytes from ${show(value)}: it must be a base64 string`)
}

/** The bytes of a Buffer, typed array, DataView or ArrayBuffer, on the same memory; `undefined` for other objects. */
export function bytesOf(value: object): Buffer | undefined {
  if (Buffer.isBuffer(value)) return value
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (types.isAnyArrayBuffer(value)) return Buffer.from(value)
  return undefined
}

// Buffer.from skips invalid characters. Only a text that encodes back to itself was base64.
function decodeBase64(text: string): Buffer {
  const decoded = Buffer.from(text, 'base64')
  if (decoded.toString('base64') === text) return decoded
  throw new TypeError(`Cannot read bytes from ${show(text)}: it is not base64`)
}

function show(value: unknown): string {
  if (typeof value !== 'string') return value === null ? 'null' : `a value of type ${typeof value}`
  return quote(value, mostShown)
}
