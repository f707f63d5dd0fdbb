import { types } from 'node:util'
import { type RegisteredType, typeOfInstance } from '../types.js'
import { isWellFormed } from '../wellFormed.js'
import { className, pathText, type Step, whyNot } from './refusal.js'
import { builtIn, ERRORS, FORMAT, HIDDEN, MAX_DEPTH, TAG, VIEWS } from './tags.js'
import { Writer } from './writer.js'

/**
 * The bytes of a value, from which `decodeValue` makes an equal one: with its cycles, shared objects, holes and signs
 * of zero. They are valid until the next call. What could not return as it was is refused, with its path.
 */
export function encodeValue(value: unknown): Buffer {
  const writer = new Writer()
  try {
    writer.u8(FORMAT)
    new Encoder(writer).item(value)
  } finally {
    writer.release()
  }
  return writer.finish()
}

type WriteObject = (encoder: Encoder, value: object) => void

class Encoder {
  readonly #writer: Writer
  readonly #numbers = new Map<object, number>()
  readonly #names = new Map<string, number>()
  // Objects that their type's encode is at work on: a cycle through one could not be joined again.
  readonly #open = new Set<object>()
  readonly #path: Step[] = []
  #depth = 0

  constructor(writer: Writer) {
    this.#writer = writer
  }

  item(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'number':
        return this.#number(value)
      case 'object':
        return value === null ? this.#writer.u8(TAG.NULL) : this.#object(value)
      case 'boolean':
        return this.#writer.u8(value ? TAG.TRUE : TAG.FALSE)
      case 'undefined':
        return this.#writer.u8(TAG.UNDEFINED)
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
      this.#writer.u8(TAG.INTEGER)
      this.#writer.varint(((value << 1) ^ (value >> 31)) >>> 0)
    } else {
      this.double(TAG.DOUBLE, value)
    }
  }

  double(tag: number, value: number): void {
    this.#writer.u8(tag)
    this.#writer.f64(value)
  }

  #text(value: string): void {
    const wellFormed = isWellFormed(value)
    this.#writer.u8(wellFormed ? TAG.TEXT : TAG.TEXT16)
    this.#writer.text(value, wellFormed ? 'utf8' : 'utf16le')
  }

  #bigint(value: bigint): void {
    const digits = (value < 0n ? -value : value).toString(16)
    this.#writer.u8(TAG.BIGINT)
    this.#writer.u8(value < 0n ? 1 : 0)
    this.#writer.text(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  }

  #object(value: object): void {
    const number = this.#numbers.get(value)
    if (number === undefined) return this.#newObject(value)
    if (this.#open.has(value)) {
      this.refuse(
        `closes a cycle through "${className(value)}", whose encode is not done: keep an id in its place`,
      )
    }
    this.#writer.u8(TAG.REFERENCE)
    this.#writer.varint(number)
  }

  #newObject(value: object): void {
    if (this.#depth >= MAX_DEPTH) this.refuse(`is nested more than ${MAX_DEPTH} deep: flatten it`)
    this.#numbers.set(value, this.#numbers.size)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype) return this.properties(TAG.OBJECT, value)
    if (prototype === null) return this.properties(TAG.BARE, value)
    const write = BUILT_INS.get(prototype as object)
    if (write) return write(this, value)
    const type = typeOfInstance(prototype as object)
    if (type) return this.#instance(type, value)
    this.refuse(whyNot(value))
  }

  properties(tag: number, value: object): void {
    this.#writer.u8(tag)
    this.named(value, Object.keys(value))
  }

  named(value: object, keys: readonly string[]): void {
    const symbol = Object.getOwnPropertySymbols(value)[0]
    if (symbol)
      this.refuse(`has a property named by ${String(symbol)}, which no other process knows: use a string`)
    this.#writer.varint(keys.length)
    for (const key of keys) {
      this.name(key)
      this.#inside(key, (value as Record<string, unknown>)[key])
    }
  }

  name(name: string): void {
    const number = this.#names.get(name)
    this.#writer.varint(number ?? 0)
    if (number !== undefined) return
    this.#names.set(name, this.#names.size + 1)
    this.#text(name)
  }

  /** One item, under a step of the path. */
  #inside(step: Step, value: unknown): void {
    this.#path[this.#depth++] = step
    this.item(value)
    this.#depth -= 1
  }

  array(value: readonly unknown[]): void {
    if (isSparse(value)) {
      this.#writer.u8(TAG.SPARSE)
      this.#writer.varint(value.length)
      return this.named(value, Object.keys(value))
    }
    this.#writer.u8(TAG.ARRAY)
    this.items(value)
  }

  items(values: readonly unknown[]): void {
    this.#writer.varint(values.length)
    for (let index = 0; index < values.length; index += 1) this.#inside(index, values[index])
  }

  map(value: Map<unknown, unknown>): void {
    this.onlyItself(value)
    this.#writer.u8(TAG.MAP)
    this.#writer.varint(value.size)
    for (const [key, item] of value) {
      this.#inside({ key }, key)
      this.#inside({ key }, item)
    }
  }

  set(value: Set<unknown>): void {
    this.onlyItself(value)
    this.#writer.u8(TAG.SET)
    this.items([...value])
  }

  regexp({ source, flags, lastIndex }: RegExp): void {
    this.#writer.u8(TAG.REGEXP)
    this.#text(source)
    this.#text(flags)
    this.#writer.varint(lastIndex)
  }

  buffer(value: ArrayBuffer): void {
    this.#writer.u8(TAG.BUFFER)
    this.#writer.bytes(new Uint8Array(value))
  }

  /** A view keeps the bytes that it shows. That several views show one buffer is not kept. */
  view(index: number, { buffer, byteOffset, byteLength }: NodeJS.ArrayBufferView): void {
    this.#writer.u8(TAG.VIEW)
    this.#writer.u8(index)
    this.#writer.bytes(new Uint8Array(buffer, byteOffset, byteLength))
  }

  error(index: number, value: object): void {
    this.#writer.u8(TAG.ERROR)
    this.#writer.u8(index)
    this.#errorProperties(value)
  }

  #errorProperties(value: object): void {
    const shown = Object.keys(value)
    this.named(
      value,
      HIDDEN.filter(key => Object.hasOwn(value, key) && !shown.includes(key)),
    )
    this.named(value, shown)
  }

  #instance(type: RegisteredType, value: object): void {
    if (type.codec) return this.#encoded(type.name, type.codec.encode(value), value)
    if (types.isNativeError(value)) {
      this.#writer.u8(TAG.FAILURE)
      this.name(type.name)
      return this.#errorProperties(value)
    }
    if (hidesContents(value)) {
      this.refuse(
        `is an instance of "${type.name}", which extends a built-in: register it with encode and decode`,
      )
    }
    this.#writer.u8(TAG.INSTANCE)
    this.name(type.name)
    this.named(value, Object.keys(value))
  }

  #encoded(name: string, data: unknown, value: object): void {
    this.#open.add(value)
    this.#writer.u8(TAG.ENCODED)
    this.name(name)
    this.item(data)
    this.#open.delete(value)
  }

  /** Maps, sets and dates with properties of their own would lose them. */
  onlyItself(value: object): void {
    const [extra] = Reflect.ownKeys(value)
    if (extra === undefined) return
    this.refuse(
      `has a property ${JSON.stringify(String(extra))} of its own, which is not kept: put it beside`,
    )
  }
}

const BUILT_INS = new Map<object, WriteObject>([
  [Array.prototype, (encoder, value) => encoder.array(value as unknown[])],
  [Map.prototype, (encoder, value) => encoder.map(value as Map<unknown, unknown>)],
  [Set.prototype, (encoder, value) => encoder.set(value as Set<unknown>)],
  [RegExp.prototype, (encoder, value) => encoder.regexp(value as RegExp)],
  [ArrayBuffer.prototype, (encoder, value) => encoder.buffer(value as ArrayBuffer)],
  [
    Date.prototype,
    (encoder, value) => {
      encoder.onlyItself(value)
      encoder.double(TAG.DATE, (value as Date).getTime())
    },
  ],
])

for (const [index, name] of VIEWS.entries()) {
  const View = builtIn(name)
  if (View) BUILT_INS.set(View.prototype, (encoder, value) => encoder.view(index, value as DataView))
}

for (const [index, name] of ERRORS.entries()) {
  BUILT_INS.set(builtIn(name)?.prototype, (encoder, value) => encoder.error(index, value))
}

/** Holes, or properties beside the elements, as the result of a RegExp has them. */
function isSparse(values: readonly unknown[]): boolean {
  if (Object.keys(values).length !== values.length) return true
  return values.some((_, index) => !Object.hasOwn(values, index))
}

function hidesContents(value: object): boolean {
  return (
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isBoxedPrimitive(value) ||
    types.isDate(value) ||
    types.isMap(value) ||
    types.isPromise(value) ||
    types.isRegExp(value) ||
    types.isSet(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value)
  )
}
