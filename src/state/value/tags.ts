// A value's bytes: formatByte, then one item. An item is a tag and what the tag says:
//   UNDEFINED NULL TRUE FALSE                          nothing
//   INTEGER    varint, zigzag (32 bits)                DOUBLE     f64
//   TEXT       varint of bytes, UTF-8                  TEXT16     varint of bytes, UTF-16 (lone surrogates)
//   BIGINT     sign(u8) varint of bytes, big-endian    DATE       f64
//   REFERENCE  varint: the nth object of this value
// and objects, which are numbered from 0 in the order in which they begin:
//   ARRAY      varint, items                           SPARSE     varint length, properties
//   OBJECT     properties                              BARE       properties of an object without a prototype
//   MAP        varint, items: key, value, …            SET        varint, items
//   REGEXP     item source, item flags, varint lastIndex
//   BUFFER     varint, bytes                           VIEW       index in views (u8), varint, bytes
//   ERROR      index in errors (u8), hidden properties, properties
//   INSTANCE   name of a type, its properties          FAILURE    name of a type that extends Error, as ERROR
//   ENCODED    name of a type, item: what its encode gave
// Properties are a varint and so many names and items. A name is 0 and a new TEXT without tag, or the varint n of the
// nth name before it, from 1. Numbers are little-endian.

/** The first byte of each value. It is not a digit or sign, so that Redis values differ from counters. */
export const formatByte = 1

export const tags = {
  undefined: 0,
  null: 1,
  true: 2,
  false: 3,
  integer: 4,
  double: 5,
  text: 6,
  text16: 7,
  bigint: 8,
  date: 9,
  reference: 10,
  array: 11,
  sparse: 12,
  object: 13,
  bare: 14,
  map: 15,
  set: 16,
  regexp: 17,
  buffer: 18,
  view: 19,
  error: 20,
  instance: 21,
  failure: 22,
  encoded: 23,
} as const

/** Append only: the index is in the bytes. A class that this Node lacks is never met when writing. */
export const views = [
  'Buffer',
  'Uint8Array',
  'Int8Array',
  'Uint8ClampedArray',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
  'Float16Array',
] as const

/** Append only, as above. */
export const errors = [
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
] as const

/** What an Error holds without showing it among its keys. */
export const hiddenNames = ['message', 'stack', 'cause', 'errors', 'name'] as const

/** A built-in class of this Node. The cast is true of every name in the two lists above. */
export const builtIn = (name: string): (new (...args: unknown[]) => object) | undefined =>
  (globalThis as unknown as Record<string, new (...args: unknown[]) => object>)[name]

/** Deeper values are refused while the stack is still far from its end. */
export const deepest = 1000
