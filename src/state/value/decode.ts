import { type RegisteredType, typeByName } from '../types.js'
import { damaged, Reader } from './reader.js'
import { builtIn, errors, formatByte, tags, views } from './tags.js'

/** Makes a value of the bytes of an equal one. */
export function decodeValue(bytes: Buffer): unknown {
  const reader = new Reader(bytes)
  const format = reader.u8()
  if (format > formatByte) throw new Error(`it was written by a newer kplug (format ${format}): update kplug`)
  if (format !== formatByte) damaged()
  const value = new Decoder(reader).item()
  return reader.ended ? value : damaged()
}

class Decoder {
  static readonly #items: Readonly<Record<number, (from: Decoder) => unknown>> = {
    [tags.undefined]: () => undefined,
    [tags.null]: () => null,
    [tags.true]: () => true,
    [tags.false]: () => false,
    [tags.integer]: from => from.#integer(),
    [tags.double]: from => from.#reader.f64(),
    [tags.text]: from => from.#reader.text('utf8'),
    [tags.text16]: from => from.#reader.text('utf16le'),
    [tags.bigint]: from => from.#bigint(),
    [tags.reference]: from => from.#reference(),
    [tags.object]: from => from.#plain(from.#begin({})),
    [tags.array]: from => from.#array(from.#begin([])),
    [tags.map]: from => from.#map(from.#begin(new Map())),
    [tags.set]: from => from.#set(from.#begin(new Set())),
    [tags.sparse]: from => from.#sparse(from.#begin([])),
    [tags.bare]: from => from.#properties(from.#begin(Object.create(null) as object)),
    [tags.date]: from => from.#begin(new Date(from.#reader.f64())),
    [tags.regexp]: from => from.#begin(from.#regexp()),
    [tags.buffer]: from => from.#begin(from.#reader.buffer()),
    [tags.view]: from => from.#begin(from.#view()),
    [tags.error]: from => from.#error(from.#construct(errors[from.#reader.u8()])),
    [tags.instance]: from => from.#properties(from.#begin(Object.create(from.#type().prototype) as object)),
    [tags.failure]: from => from.#error(Object.setPrototypeOf(new Error(), from.#type().prototype) as object),
    [tags.encoded]: from => from.#encoded(),
  }

  readonly #reader: Reader
  readonly #objects: unknown[] = []
  readonly #names: string[] = []

  constructor(reader: Reader) {
    this.#reader = reader
  }

  item(): unknown {
    const read = Decoder.#items[this.#reader.u8()] ?? damaged
    return read(this)
  }

  #integer(): number {
    const zigzag = this.#reader.varint()
    return (zigzag >>> 1) ^ -(zigzag & 1)
  }

  #bigint(): bigint {
    const negative = this.#reader.u8() === 1
    const magnitude = BigInt(`0x${this.#reader.text('hex')}`)
    return negative ? -magnitude : magnitude
  }

  #reference(): unknown {
    const number = this.#reader.varint()
    return number < this.#objects.length ? this.#objects[number] : damaged()
  }

  /** Numbers an object before its contents are read, since they may refer to it. */
  #begin<T extends object>(object: T): T {
    this.#objects.push(object)
    return object
  }

  // An assignment is three times as fast as a definition, but calls the setters of a class, and of `__proto__`.
  #plain(object: Record<string, unknown>): object {
    for (let count = this.#reader.varint(); count > 0; count -= 1) {
      const name = this.#name()
      if (name === '__proto__') define(object, name, this.item(), true)
      else object[name] = this.item()
    }
    return object
  }

  #properties<T extends object>(object: T, enumerable = true): T {
    for (let count = this.#reader.varint(); count > 0; count -= 1) {
      const name = this.#name()
      define(object, name, this.item(), enumerable)
    }
    return object
  }

  #name(): string {
    const number = this.#reader.varint()
    if (number > 0) return this.#names[number - 1] ?? damaged()
    const name = this.item()
    if (typeof name !== 'string') return damaged()
    this.#names.push(name)
    return name
  }

  #array(array: unknown[]): unknown[] {
    for (let count = this.#reader.varint(); count > 0; count -= 1) array.push(this.item())
    return array
  }

  #sparse(array: unknown[]): unknown[] {
    const length = this.#reader.varint()
    if (length >= 2 ** 32) damaged()
    array.length = length
    return this.#properties(array)
  }

  #map(map: Map<unknown, unknown>): Map<unknown, unknown> {
    for (let count = this.#reader.varint(); count > 0; count -= 1) {
      const key = this.item()
      map.set(key, this.item())
    }
    return map
  }

  #set(set: Set<unknown>): Set<unknown> {
    for (let count = this.#reader.varint(); count > 0; count -= 1) set.add(this.item())
    return set
  }

  #regexp(): RegExp {
    const regexp = new RegExp(String(this.item()), String(this.item()))
    regexp.lastIndex = this.#reader.varint()
    return regexp
  }

  #view(): object {
    const name = views[this.#reader.u8()]
    const buffer = this.#reader.buffer()
    return name === 'Buffer' ? Buffer.from(buffer) : this.#construct(name, buffer)
  }

  #construct(name: string | undefined, ...args: unknown[]): object {
    if (name === undefined) return damaged()
    const Class = builtIn(name)
    if (!Class) throw new Error(`it holds a ${name}, which this version of Node does not have: update Node`)
    return name === 'AggregateError' ? new Class([]) : new Class(...args)
  }

  #error(error: object): object {
    this.#begin(error)
    for (const name of Object.getOwnPropertyNames(error)) Reflect.deleteProperty(error, name)
    return this.#properties(this.#properties(error, false))
  }

  #type(): RegisteredType {
    const name = this.#name()
    const type = typeByName(name)
    if (type) return type
    throw new Error(
      `it holds an instance of "${name}", which is not registered: register it with registerType`,
    )
  }

  #encoded(): object {
    const number = this.#objects.push(undefined) - 1
    const { name, codec } = this.#type()
    if (!codec)
      throw new Error(`it holds an encoded "${name}": register that type with its encode and decode`)
    const instance = codec.decode(this.item())
    this.#objects[number] = instance
    return instance
  }
}

function define(object: object, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(object, name, { value, enumerable, writable: true, configurable: true })
}
