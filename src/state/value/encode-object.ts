import { types } from 'node:util'
import { type RegisteredType, typeOfInstance } from '../types.js'
import type { Encoder } from './encode.js'
import { whyNot } from './refusal.js'
import { builtIn, errors, hiddenNames, tags, views } from './tags.js'

/** Writes an object that was not met before in its value, or refuses it. */
export function writeObject(to: Encoder, value: object): void {
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === Object.prototype) return writeProperties(to, tags.object, value)
  if (prototype === null) return writeProperties(to, tags.bare, value)
  const write = builtIns.get(prototype)
  if (write) return write(to, value)
  const type = typeOfInstance(prototype)
  return type ? writeInstance(to, type, value) : to.refuse(whyNot(value))
}

function writeProperties(to: Encoder, tag: number, value: object): void {
  to.writer.u8(tag)
  to.properties(value, Object.keys(value))
}

type Write<T> = (to: Encoder, value: T) => void

const writeArray: Write<unknown[]> = (to, value) => {
  if (isSparse(value)) {
    to.writer.u8(tags.sparse)
    to.writer.varint(value.length)
    return to.properties(value, Object.keys(value))
  }
  to.writer.u8(tags.array)
  to.items(value)
}

/** Holes, or properties beside the elements, as the result of a RegExp has them. */
function isSparse(values: readonly unknown[]): boolean {
  if (Object.keys(values).length !== values.length) return true
  // As many keys as elements may still be a hole and a property. A hole reads as undefined.
  return values.includes(undefined) && [...values.keys()].some(index => !Object.hasOwn(values, index))
}

const writeMap: Write<Map<unknown, unknown>> = (to, value) => {
  refuseExtras(to, value)
  to.writer.u8(tags.map)
  to.writer.varint(value.size)
  for (const [key, item] of value) {
    to.inside({ key }, key)
    to.inside({ key }, item)
  }
}

const writeSet: Write<Set<unknown>> = (to, value) => {
  refuseExtras(to, value)
  to.writer.u8(tags.set)
  to.items([...value])
}

const writeDate: Write<Date> = (to, value) => {
  refuseExtras(to, value)
  to.writer.u8(tags.date)
  to.writer.f64(value.getTime())
}

const writeRegExp: Write<RegExp> = (to, value) => {
  to.writer.u8(tags.regexp)
  to.text(value.source)
  to.text(value.flags)
  to.writer.varint(value.lastIndex)
}

const writeArrayBuffer: Write<ArrayBuffer> = (to, value) => {
  to.writer.u8(tags.buffer)
  to.writer.bytes(new Uint8Array(value))
}

/** A view keeps the bytes that it shows. That several views show one buffer is not kept. */
const writeView =
  (index: number): Write<NodeJS.ArrayBufferView> =>
  (to, { buffer, byteOffset, byteLength }) => {
    to.writer.u8(tags.view)
    to.writer.u8(index)
    to.writer.bytes(new Uint8Array(buffer, byteOffset, byteLength))
  }

const writeError =
  (index: number): Write<object> =>
  (to, value) => {
    to.writer.u8(tags.error)
    to.writer.u8(index)
    writeErrorProperties(to, value)
  }

function writeErrorProperties(to: Encoder, value: object): void {
  const shown = Object.keys(value)
  to.properties(
    value,
    hiddenNames.filter(key => Object.hasOwn(value, key) && !shown.includes(key)),
  )
  to.properties(value, shown)
}

function writeInstance(to: Encoder, { name, codec }: RegisteredType, value: object): void {
  if (codec) {
    const data = codec.encode(value)
    to.writer.u8(tags.encoded)
    to.name(name)
    return to.encoded(value, data)
  }
  if (hidesContents(value)) {
    to.refuse(`is an instance of "${name}", which extends a built-in: register it with encode and decode`)
  }
  const isError = types.isNativeError(value)
  to.writer.u8(isError ? tags.failure : tags.instance)
  to.name(name)
  if (isError) writeErrorProperties(to, value)
  else to.properties(value, Object.keys(value))
}

/** Maps, sets and dates with properties of their own would lose them. */
function refuseExtras(to: Encoder, value: object): void {
  const [extra] = Reflect.ownKeys(value)
  if (extra === undefined) return
  to.refuse(
    `has a property ${JSON.stringify(String(extra))} of its own, which the state does not keep: store it in another field`,
  )
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

const builtIns = new Map<object, Write<object>>()

/** From here on the compiler no longer sees that a class and its writer belong together. */
function writes<T extends object>(prototype: T | undefined, write: Write<T>): void {
  if (prototype) builtIns.set(prototype, write as Write<object>)
}

writes(Array.prototype, writeArray)
writes(Map.prototype, writeMap)
writes(Set.prototype, writeSet)
writes(Date.prototype, writeDate)
writes(RegExp.prototype, writeRegExp)
writes(ArrayBuffer.prototype, writeArrayBuffer)
for (const [index, name] of views.entries()) {
  writes(builtIn(name)?.prototype as NodeJS.ArrayBufferView | undefined, writeView(index))
}
for (const [index, name] of errors.entries()) {
  writes(builtIn(name)?.prototype as object | undefined, writeError(index))
}
