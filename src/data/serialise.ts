import { types } from 'node:util'
import { bytesOf } from './bytes.js'
import type { EncodeOptions } from './encode.js'
import { maxDepth, maxExact } from './plain.js'
import { type Path, refuse } from './refuse.js'
import { whyUnfit } from './unfit.js'

// From here on, JavaScript writes numbers with an exponent.
const firstExponent = 1e21

/** JSON of any value. Throws a `TypeError` that names the field which JSON cannot represent. */
export function serialise(value: unknown, options: EncodeOptions): string {
  return new Serialiser(options).write(value) ?? 'null'
}

class Serialiser {
  readonly #path: Path = []
  readonly #ancestors = new Set<object>()
  readonly #options: EncodeOptions

  constructor(options: EncodeOptions) {
    this.#options = options
  }

  /** `undefined` if JSON.stringify writes nothing. */
  write(value: unknown): string | undefined {
    switch (typeof value) {
      case 'number':
        return this.#number(value)
      case 'bigint':
        return this.#integer(value)
      case 'object':
        return value === null ? 'null' : this.#object(value)
      case 'function':
      case 'symbol':
        return refuse(this.#path, `a ${typeof value} is not data, leave it out`)
      default:
        return JSON.stringify(value)
    }
  }

  #number(value: number): string {
    if (Number.isNaN(value)) {
      return refuse(this.#path, 'JSON has no NaN (often from a missing field), send null or leave it out')
    }
    if (!Number.isFinite(value)) return refuse(this.#path, `JSON has no ${value}, send null or leave it out`)
    return Number.isInteger(value) && Math.abs(value) < firstExponent
      ? this.#integer(value)
      : JSON.stringify(value)
  }

  #integer(value: number | bigint): string {
    if (this.#options.refuseLargeIntegers === true && (value > maxExact || value < -maxExact)) {
      refuse(this.#path, `the engine would round the integer ${value}, send it as a string`)
    }
    // Beyond 2^53, the engine keeps only as many digits as distinguish one float64 from the next.
    if (this.#options.refuseRounding === true && String(Number(value)) !== String(value)) {
      refuse(this.#path, `the engine would round the integer ${value}, send it as a string`)
    }
    // This also turns -0 into 0, as JSON.stringify does.
    return String(value)
  }

  #object(value: object): string | undefined {
    const bytes = bytesOf(value)
    if (bytes !== undefined) return `"${bytes.toString('base64')}"`
    const reason = whyUnfit(value)
    if (reason !== undefined) return refuse(this.#path, reason)
    if (types.isBoxedPrimitive(value)) return this.write(value.valueOf())
    if (this.#ancestors.has(value))
      return refuse(this.#path, 'it contains itself, send a copy without the cycle')
    if (this.#ancestors.size === maxDepth)
      return refuse([], `it is deeper than ${maxDepth} levels, flatten it`)
    this.#ancestors.add(value)
    const text = this.#converted(value)
    this.#ancestors.delete(value)
    return text
  }

  #converted(value: object): string | undefined {
    const result = convert(value, String(this.#path.at(-1) ?? ''))
    if (result !== value) return this.write(result)
    return Array.isArray(value) ? this.#array(value) : this.#fields(value)
  }

  #array(items: readonly unknown[]): string {
    const texts: string[] = []
    for (let index = 0; index < items.length; index++) texts.push(this.#at(index, items[index]) ?? 'null')
    return `[${texts.join()}]`
  }

  // Plain loops: a callback would add one more frame for each level of the value.
  #fields(value: object): string {
    const fields: string[] = []
    for (const [key, field] of Object.entries(value)) {
      const text = this.#at(key, field)
      if (text !== undefined) fields.push(`${JSON.stringify(key)}:${text}`)
    }
    return `{${fields.join()}}`
  }

  #at(key: string | number, value: unknown): string | undefined {
    this.#path.push(key)
    const text = this.write(value)
    this.#path.pop()
    return text
  }
}

// A toJSON on Object.prototype does not describe this object.
function convert(value: object, key: string): unknown {
  const toJson: unknown = Reflect.get(value, 'toJSON')
  if (typeof toJson !== 'function' || toJson === Reflect.get(Object.prototype, 'toJSON')) return value
  return Reflect.apply(toJson, value, [key])
}
