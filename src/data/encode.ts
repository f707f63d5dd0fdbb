import { maxExact, isPlain } from './plain.js'
import { serialise } from './serialise.js'

export interface EncodeOptions {
  /**
   * Refuses integers beyond 2^53, which the engine would round when it reads a source's row. Numbers from 1e21 on are
   * written with an exponent, as floats, and pass.
   */
  readonly refuseLargeIntegers?: boolean
  /**
   * Refuses a `bigint` that float64 cannot represent exactly, because the engine converts a function's result to
   * float64.
   */
  readonly refuseRounding?: boolean
}

/**
 * Serializes a value like `JSON.stringify`, with three differences: a `bigint` is written as a number; bytes
 * (`Buffer`, typed array, `ArrayBuffer`, `DataView`) are written as a base64 string; and a value that JSON cannot
 * represent (Map, Set, NaN, functions, cycles, …) throws a `TypeError` that names the field. `undefined` at the top
 * level becomes `null`.
 *
 * @example encodeJson({ id: 9007199254740993n }) // '{"id":9007199254740993}'
 */
export function encodeJson(value: unknown, options: EncodeOptions = {}): string {
  if (value === undefined) return 'null'
  if ('toJSON' in Array.prototype) removeSharedToJson()
  const limit = options.refuseLargeIntegers === true ? maxExact : Number.MAX_VALUE
  return isPlain(value, limit) ? JSON.stringify(value) : serialise(value, options)
}

/** A plugin that adds `toJSON` to every object would change the data of all other plugins. */
function removeSharedToJson(): void {
  for (const shared of [Array.prototype, Object.prototype]) Reflect.deleteProperty(shared, 'toJSON')
}
