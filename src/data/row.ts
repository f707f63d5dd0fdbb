import { isObjectLike } from './object.js'

/**
 * A row of a stream: a plain object of JSON values. Integers beyond 2^53 are `bigint`. Bytes can be sent as a `Buffer`
 * or typed array, and arrive as a base64 string.
 *
 * @example
 * const row: Row = { device: 'a17', celsius: 21.5, id: 1795292668348461056n, picture: Buffer.from('89504e47', 'hex') }
 */
export type Row = Record<string, unknown>

/**
 * Whether a value is a plain object: `{}`, or an object without a prototype. Arrays, dates, maps and instances are not.
 */
export function isRow(value: unknown): value is Row {
  if (!isObjectLike(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || isRootOfRealm(prototype)
}

// Each realm (for example a vm context) has its own Object.prototype.
function isRootOfRealm(prototype: unknown): boolean {
  if (!isObjectLike(prototype)) return false
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
}
