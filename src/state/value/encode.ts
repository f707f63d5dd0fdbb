import { writeObject } from './encode-object.js'
import { className, pathText, type Step, whyNot } from './refusal.js'
import { formatByte, deepest, tags } from './tags.js'
import { Writer } from './writer.js'

/**
 * The bytes of a value, from which `decodeValue` makes an equal one: with its cycles, shared objects, holes and signs
 * of zero. Throws, with the path, for what could not return as it was.
 */
export function encodeValue(value: unknown): Buffer {
  const encoder = new Encoder()
  encoder.writer.u8(formatByte)
  encoder.item(value)
  return encoder.writer.written
}

/** Writes one value. */
export class Encoder {
  readonly writer = new Writer()
  readonly #numbers = new Map<object, number>()
  readonly #names = new Map<string, number>()
  // Objects whose type's `encode` is running. A cycle through one of them cannot be restored.
  readonly #open = new Set<object>()
  readonly #path: Step[] = []
  #depth = 0

  item(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.text(value)
      case 'number':
        return this.#number(value)
      case 'object':
        return value === null ? this.writer.u8(tags.null) : this.#object(value)
      case 'boolean':
        return this.writer.u8(value ? tags.true : tags.false)
      case 'undefined':
        return this.writer.u8(tags.undefined)
      case 'bigint':
        return this.#bigint(value)
      default:
        return this.refuse(whyNot(value))
    }
  }

  refuse(why: string): never {
    const path = pathText(this.#path.slice(0, this.#depth))
    throw new Error(`${path === '' ? 'it' : path} ${why}`)
  }

  #number(value: number): void {
    if ((value | 0) === value && !Object.is(value, -0)) {
      this.writer.u8(tags.integer)
      this.writer.varint(((value << 1) ^ (value >> 31)) >>> 0)
    } else {
      this.writer.u8(tags.double)
      this.writer.f64(value)
    }
  }

  text(value: string): void {
    const wellFormed = value.isWellFormed()
    this.writer.u8(wellFormed ? tags.text : tags.text16)
    this.writer.text(value, wellFormed ? 'utf8' : 'utf16le')
  }

  #bigint(value: bigint): void {
    const digits = (value < 0n ? -value : value).toString(16)
    this.writer.u8(tags.bigint)
    this.writer.u8(value < 0n ? 1 : 0)
    this.writer.text(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  }

  #object(value: object): void {
    const number = this.#numbers.get(value)
    if (number === undefined) {
      if (this.#depth >= deepest) this.refuse(`is nested more than ${deepest} deep: flatten it`)
      this.#numbers.set(value, this.#numbers.size)
      return writeObject(this, value)
    }
    if (this.#open.has(value)) {
      this.refuse(
        `closes a cycle through "${className(value)}", whose encode is not done: keep an id in its place`,
      )
    }
    this.writer.u8(tags.reference)
    this.writer.varint(number)
  }

  /** Their count, and the properties of an object with these names. */
  properties(value: object, keys: readonly string[]): void {
    const symbol = Object.getOwnPropertySymbols(value)[0]
    if (symbol) {
      this.refuse(`has a property named by ${String(symbol)}, which no other process knows: use a string`)
    }
    this.writer.varint(keys.length)
    for (const key of keys) {
      this.name(key)
      this.inside(key, (value as Record<string, unknown>)[key])
    }
  }

  name(name: string): void {
    const number = this.#names.get(name)
    this.writer.varint(number ?? 0)
    if (number !== undefined) return
    this.#names.set(name, this.#names.size + 1)
    this.text(name)
  }

  /** One item, under a step of the path that a refusal names. */
  inside(step: Step, value: unknown): void {
    this.#path[this.#depth++] = step
    this.item(value)
    this.#depth -= 1
  }

  /** Their count, and the items. */
  items(values: readonly unknown[]): void {
    this.writer.varint(values.length)
    for (let index = 0; index < values.length; index += 1) this.inside(index, values[index])
  }

  /** What the codec of its type made of an instance. */
  encoded(instance: object, data: unknown): void {
    this.#open.add(instance)
    this.item(data)
    this.#open.delete(instance)
  }
}
