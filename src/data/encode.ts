import { maxExact, isPlain } from './plain.js'
import { serialise } from './serialise.js'

export interface EncodeOptions {
  /**
   * Refuses integers beyond 2^53, which the engine would round when it reads the row of a source. Numbers from 1e21
   * on are written with an exponent, as floats, and pass.
   */
  readonly refuseLargeIntegers?: boolean
  /** Refuses a `bigint` that is another number as a float64, which is what the engine makes of a function's answer. */
  readonly refuseRounding?: boolean
}

/**
 * A value as JSON, as `JSON.stringify` writes it, with three differences: a `bigint` is written as a number; bytes
 * (`Buffer`, typed array, `ArrayBuffer`, `DataView`) as a base64 string; and what JSON cannot carry (Map, Set, NaN,
 * functions, cycles, …) is a `TypeError` that names the field. `undefined` itself is `null`.
 *
 * @example encodeJson({ id: 9007199254740993n }) // '{"id":9007199254740993}'
 */
export function encodeJson(value: unknown, options: EncodeOptions = {}): string {
  if (value === undefined) return 'null'
  if ('toJSON' in Array.prototype) removeSharedToJson()
  const limit = options.refuseLargeIntegers === true ? maxExact : Number.MAX_VALUE
  return isPlain(value, limit) ? JSON.stringify(value) : serialise(value, options)
}

/** A plugin that gives every object a `toJSON` would change what all other plugins send. */
function removeSharedToJson(): void {
  for (const shared of [Array.prototype, Object.prototype]) Reflect.deleteProperty(shared, 'toJSON')
}
