import vm from 'node:vm'
import * as fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { encodeJson } from '../../src/data/encode.js'
import { parseJson } from '../../src/data/parse.js'

class Point {
  x = 1
  y = undefined
}

describe('values that JSON.stringify writes correctly are written the same', () => {
  test.each([
    [{ a: 1, b: 'text "quoted" \u2028', c: [true, null, -0, 1.5e300], d: {} }],
    [{ gone: undefined, kept: [undefined, 1] }],
    [new Date(0)],
    [{ at: new Date(0), url: new URL('http://localhost/') }],
    [{ toJSON: (key: string) => ({ key }) }],
    [{ field: { toJSON: (key: string) => key, more: 1 } }],
    [{ toJSON: 'a field of that name' }],
    [{ gone: { toJSON: () => undefined } }],
    [new Point()],
    [[Object('boxed'), Object(7), Object(true)]],
    [Object.create(null)],
    [vm.runInNewContext('({ a: [{}] })')],
    // oxlint-disable-next-line no-sparse-arrays
    [[1, , 3]],
    [JSON.parse('{"__proto__":{"a":1},"b":2}')],
  ])('%j', value => {
    expect(encodeJson(value)).toBe(JSON.stringify(value))
    expect(encodeJson({ n: 1n, value })).toBe(JSON.stringify({ n: 1, value }))
  })

  test('any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(encodeJson(value)).toBe(JSON.stringify(value))
      }),
    )
  })

  test('any JSON value beside a bigint', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.bigInt(), (value, n) => {
        expect(encodeJson({ value, n })).toBe(`{"value":${JSON.stringify(value)},"n":${n}}`)
      }),
    )
  })

  test('a shared object is not a cycle', () => {
    const shared = { n: 1n }
    expect(encodeJson([shared, { shared }])).toBe('[{"n":1},{"shared":{"n":1}}]')
  })
})

describe('values that JSON.stringify cannot write', () => {
  test('a result that is undefined is null', () => {
    expect(encodeJson(undefined)).toBe('null')
    expect(encodeJson({ toJSON: () => undefined })).toBe('null')
  })

  test('a bigint is a number', () => {
    expect(encodeJson({ id: 9007199254740993n, all: [-1n] })).toBe('{"id":9007199254740993,"all":[-1]}')
  })

  test('large integers survive a round trip', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n }), n => {
        expect(parseJson(encodeJson([n, -n]))).toEqual([n, -n])
      }),
    )
  })

  const buffer = Uint8Array.of(0, 0xff, 0x10, 0x20).buffer
  test.each([
    ['a Buffer', Buffer.from('00ff1020', 'hex'), 'AP8QIA=='],
    ['a part of a Buffer', Buffer.from('00ff1020', 'hex').subarray(1, 3), '/xA='],
    ['a typed array', new Uint16Array(buffer, 2), 'ECA='],
    ['a DataView', new DataView(buffer, 1, 1), '/w=='],
    ['an ArrayBuffer', buffer, 'AP8QIA=='],
    ['no bytes', new Uint8Array(), ''],
  ])('%s is base64', (_what, value, expected) => {
    expect(encodeJson({ value })).toBe(`{"value":"${expected}"}`)
    expect(encodeJson(value)).toBe(`"${expected}"`)
  })
})

function cyclic(): unknown {
  const value: Record<string, unknown> = {}
  value.self = { again: value }
  return value
}

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

describe('a value that JSON would lose is refused with its path and a remedy', () => {
  test.each([
    [new Map(), 'JSON has no Map, send Object.fromEntries(map)'],
    [new Set(), 'JSON has no Set, send [...set]'],
    [Number.NaN, 'JSON has no NaN (often from a missing field), send null or leave it out'],
    [-Infinity, 'JSON has no -Infinity, send null or leave it out'],
    [Object(Number.NaN), 'JSON has no NaN (often from a missing field), send null or leave it out'],
    [() => 1, 'a function is not data, leave it out'],
    [Symbol('s'), 'a symbol is not data, leave it out'],
    [Promise.resolve(1), 'a Promise is not data, await it first'],
    [new Date(Number.NaN), 'the date is invalid, send null or leave it out'],
    [new Error('lost'), 'it is an object without fields of its own, send a plain object or a string'],
    [/lost/, 'it is an object without fields of its own, send a plain object or a string'],
    [new WeakMap(), 'it is an object without fields of its own, send a plain object or a string'],
  ])('%o', (value, reason) => {
    expect(() => encodeJson({ a: { b: [0, 1, value] } })).toThrow(
      new TypeError(`Cannot send "a.b[2]": ${reason}`),
    )
    expect(() => encodeJson({ 'two words': { toJSON: () => value } })).toThrow(
      new TypeError(`Cannot send "["two words"]": ${reason}`),
    )
    expect(() => encodeJson(value)).toThrow(new TypeError(`Cannot send the value: ${reason}`))
  })

  test('a cycle', () => {
    expect(() => encodeJson(cyclic())).toThrow(
      'Cannot send "self.again": it contains itself, send a copy without the cycle',
    )
  })

  test('a value that is too deep', () => {
    expect(encodeJson(nested(500))).toBe(JSON.stringify(nested(500)))
    expect(() => encodeJson(nested(501))).toThrow(
      'Cannot send the value: it is deeper than 500 levels, flatten it',
    )
    expect(() => encodeJson(nested(100_000))).toThrow('deeper than 500 levels')
  })
})

describe('a source', () => {
  const encodeRow = (value: unknown) => encodeJson(value, { refuseLargeIntegers: true })

  test.each([2n ** 53n + 1n, -(2n ** 53n) - 1n, 2 ** 53 + 2, 1795292668348461056])(
    'refuses the integer %d',
    n => {
      expect(() => encodeRow({ ids: [n] })).toThrow(
        `Cannot send "ids[0]": the engine would round the integer ${n}, send it as a string`,
      )
    },
  )

  test.each([
    [2n ** 53n, '9007199254740992'],
    [-(2 ** 53), '-9007199254740992'],
    [6.022e23, '6.022e+23'],
    [1.5, '1.5'],
  ])('sends %d', (n, text) => {
    expect(encodeRow([n, 1n])).toBe(`[${text},1]`)
  })
})

describe('a polluted prototype', () => {
  afterEach(() => {
    Reflect.deleteProperty(Object.prototype, 'polluted')
    Reflect.deleteProperty(Object.prototype, 'toJSON')
  })

  test.each([1, 1n])('adds no field beside %d', n => {
    Reflect.set(Object.prototype, 'polluted', () => 1)
    expect(encodeJson({ n })).toBe('{"n":1}')
  })

  test.each([1, 1n])('does not write the row in its own way beside %d', n => {
    Reflect.defineProperty(Object.prototype, 'toJSON', { value: () => 'polluted', configurable: true })
    expect(encodeJson([{ n }])).toBe('[{"n":1}]')
    expect(encodeJson([{ n }, { toJSON: () => 'own' }])).toBe('[{"n":1},"own"]')
  })
})

test.each([['Object'], ['Array']] as const)(
  'a toJSON that a plugin adds to every %s does not change the data of others',
  name => {
    const shared: object = { Object: Object.prototype, Array: Array.prototype }[name]
    Object.assign(shared, { toJSON: () => 'polluted' })
    try {
      expect(encodeJson({ a: [1] })).toBe('{"a":[1]}')
    } finally {
      Reflect.deleteProperty(shared, 'toJSON')
    }
  },
)
