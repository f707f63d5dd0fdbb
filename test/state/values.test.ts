import { deepStrictEqual } from 'node:assert'
import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { registerType } from '../../src/state/types.js'
import { decodeValue } from '../../src/state/value/decode.js'
import { encodeValue } from '../../src/state/value/encode.js'

const roundTrip = (value: unknown): unknown => decodeValue(Buffer.from(encodeValue(value)))

const sparse: unknown[] = []
sparse[1] = 'one'
sparse[4] = undefined
sparse.length = 7

const values: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['booleans', [true, false]],
  ['signs of zero', [0, -0]],
  ['integers', [1, -1, 127, 128, -64, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 32, 2 ** 53]],
  ['numbers', [0.1, -1e300, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  ['big integers', [0n, -1n, 255n, 256n, 2n ** 64n, -(10n ** 400n)]],
  ['texts', ['', 'a', 'é', '🔑', 'x'.repeat(100_000), 'é'.repeat(24), '\0']],
  ['lone surrogates', ['\ud800', 'a\udc00b', { '\udfff': 1 }]],
  ['objects', { a: { b: {} }, '': 1, '0': 2, 'odd name': 3 }],
  ['an own property named __proto__', JSON.parse('{"__proto__": {"a": 1}, "constructor": 2, "toString": 3}')],
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
  ['arrays with holes', sparse],
  ['a hole and a property beside each other', Object.assign(['a'], { 2: 'c', extra: 1 })],
  ['the result of a regular expression', /(?<x>b)/.exec('abc')],
  ['dates', [new Date(0), new Date(-1), new Date(8.64e15)]],
  ['regular expressions', [/a/, /é\/"/giu, new RegExp('')]],
  [
    'maps',
    new Map<unknown, unknown>([
      ['a', 1],
      [{ k: 1 }, new Map()],
      [Number.NaN, undefined],
    ]),
  ],
  ['sets', new Set([1, '1', new Set(), undefined])],
  ['an ArrayBuffer', new Uint8Array([1, 2, 3]).buffer],
  ['buffers', [Buffer.from('abc'), Buffer.alloc(0)]],
  ['a view of a part', new Uint8Array([1, 2, 3, 4]).subarray(1, 3)],
  ['a DataView', new DataView(new Uint8Array([1, 2, 3]).buffer, 1)],
  ['typed arrays', [new Int8Array([-1]), new Uint8ClampedArray([255]), new Float64Array([-0, Number.NaN])]],
  [
    'more typed arrays',
    [new Uint16Array([1]), new Int16Array([1]), new Uint32Array([1]), new Int32Array([1])],
  ],
  ['the last typed arrays', [new Float32Array([0.5]), new BigInt64Array([-1n]), new BigUint64Array([1n])]],
  [
    'errors',
    [new Error('a'), new TypeError('b', { cause: new RangeError('c') }), new AggregateError([1], 'd')],
  ],
  ['an error with properties', Object.assign(new Error('a'), { code: 'ENOENT', name: 'Mine' })],
  ['an error without a message', new Error()],
]

describe('values', () => {
  test.each(values)('%s return as they were', (_, value) => {
    deepStrictEqual(roundTrip(value), value)
  })

  test('any value returns as it was', () => {
    const anything = fc.anything({
      key: fc.string({ unit: 'binary' }),
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withSparseArray: true,
      withTypedArray: true,
      withObjectString: true,
    })
    // Node 20's assert takes no invalid date for equal to another.
    const comparable = anything.filter(value => !inspect(value, { depth: null }).includes('Invalid Date'))
    fc.assert(
      fc.property(comparable, value => deepStrictEqual(roundTrip(value), value)),
      { numRuns: 1000 },
    )
  })

  test('any text returns as it was', () => {
    const text = fc.array(fc.integer({ min: 0, max: 0xffff })).map(units => String.fromCharCode(...units))
    fc.assert(fc.property(text, value => deepStrictEqual(roundTrip(value), value)))
  })

  test('cycles and shared objects are joined again', () => {
    const shared = new Date(5)
    const value: Record<string, unknown> = { list: [shared, shared], map: new Map([[shared, shared]]) }
    value['self'] = value
    value['error'] = new Error('round', { cause: value })
    const copy = roundTrip(value) as typeof value
    const [first, second] = copy['list'] as Date[]
    expect(copy).not.toBe(value)
    expect(copy['self']).toBe(copy)
    expect(second).toBe(first)
    expect((copy['map'] as Map<unknown, unknown>).get(first)).toBe(first)
    expect((copy['error'] as Error).cause).toBe(copy)
  })

  test('an error is a real one, and shows what it showed', () => {
    const error = new TypeError('no', { cause: 1 })
    const copy = roundTrip(error) as TypeError
    expect(Object.prototype.toString.call(copy)).toBe('[object Error]')
    expect(Object.keys(copy)).toEqual([])
    expect([copy.stack, copy.cause]).toEqual([error.stack, 1])
  })

  test('a regular expression keeps its position', () => {
    const expression = /a/g
    expression.test('banana')
    expect((roundTrip(expression) as RegExp).lastIndex).toBe(2)
  })

  test('an invalid date stays invalid', () => {
    expect((roundTrip(new Date(Number.NaN)) as Date).getTime()).toBeNaN()
  })

  test('a buffer does not carry the pool that it lies in', () => {
    expect(encodeValue(Buffer.from('abc')).length).toBeLessThan(10)
  })

  test('a value is nested as deep as the limit, and no deeper', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
    deepStrictEqual(roundTrip(nested(1000)), nested(1000))
    expect(() => encodeValue(nested(1001))).toThrow('is nested more than 1000 deep: flatten it')
  })
})

class Unknown {
  value = 1
}
class MapOfNumbers extends Map<string, number> {}
class Failure extends Error {}
const alien = 'a class that nobody registered: register it with registerType('

const refused: [string, unknown, string][] = [
  ['a function', () => {}, 'it is a function'],
  [
    'a function in a field',
    { a: { b: [1, 2, () => {}] } },
    'a.b[2] is a function, and state is data: leave it out',
  ],
  ['a class', { 'odd name': [Unknown] }, '["odd name"][0] is a function'],
  ['a symbol', [Symbol('x')], '[0] is a symbol'],
  ['a name that is a symbol', { a: { [Symbol('x')]: 1 } }, 'a has a property named by Symbol(x)'],
  ['a promise', { p: Promise.resolve(1) }, 'p is a promise: await it, and put its result'],
  ['a WeakMap', { w: new WeakMap() }, 'w is a WeakMap, whose entries cannot be listed: use a Map'],
  ['a WeakSet', { w: new WeakSet() }, 'w is a WeakSet'],
  ['a WeakRef', { w: new WeakRef({}) }, `w is an instance of "WeakRef", ${alien}"WeakRef", WeakRef)`],
  ['an instance', { at: [new Unknown()] }, `at[0] is an instance of "Unknown", ${alien}"Unknown", Unknown)`],
  [
    'an instance without a name',
    new (class {
      value = 1
    })(),
    'it is an instance of a class without a name',
  ],
  ['an extended built-in', new MapOfNumbers(), `it is an instance of "MapOfNumbers", ${alien}`],
  ['an extended error', { e: new Failure('x') }, `e is an instance of "Failure", ${alien}`],
  ['a boxed primitive', Object(1), `it is an instance of "Number", ${alien}`],
  ['a URL', new URL('http://a/'), `it is an instance of "URL", ${alien}`],
  ['shared memory', new SharedArrayBuffer(1), `it is an instance of "SharedArrayBuffer", ${alien}`],
  ['the value of a map', new Map([['k', () => {}]]), '.get("k") is a function'.slice(1)],
  ['a member of a set', { s: new Set([1, Symbol('x')]) }, 's[1] is a symbol'],
  ['a map with a property', Object.assign(new Map(), { extra: 1 }), 'it has a property "extra" of its own'],
  ['an element beside a hole', Object.assign([], { 3: () => {} }), '["3"] is a function'],
]

describe('a value that would return changed is refused with its path', () => {
  test.each(refused)('%s', (_, value, sentence) => {
    expect(() => encodeValue(value)).toThrow(sentence)
  })
})

describe('registered classes', () => {
  class Point {
    x = 0
    y = 0
    set(x: number, y: number): this {
      this.x = x
      this.y = y
      return this
    }
  }

  class Money {
    readonly #cents: bigint
    constructor(cents: bigint) {
      this.#cents = cents
    }
    get cents(): bigint {
      return this.#cents
    }
  }

  class Node {
    next: Node | undefined
  }

  class Broken extends Error {
    part = 'wheel'
  }

  class Careful {
    value = 1
    set other(_: number) {
      throw new Error('The setter was called')
    }
  }

  const register = (): void => {
    registerType('Point', Point)
    registerType('Money', Money, { encode: money => money.cents, decode: cents => new Money(cents) })
    registerType('Node', Node)
    registerType('Broken', Broken)
    registerType('Careful', Careful)
  }

  test('an instance returns with its class and properties', () => {
    register()
    const copy = roundTrip({ points: new Map([['a', new Point().set(1, 2)]]) }) as {
      points: Map<string, Point>
    }
    const point = copy.points.get('a')
    expect(point).toBeInstanceOf(Point)
    expect(point?.set(3, 4)).toEqual(new Point().set(3, 4))
  })

  test('its codec, if it has one, creates the data and the instance', () => {
    register()
    const money = new Money(5n)
    const copy = roundTrip([money, { money }]) as [Money, { money: Money }]
    expect(copy[0].cents).toBe(5n)
    expect(copy[1].money).toBe(copy[0])
  })

  test('instances may form a cycle by their properties', () => {
    register()
    const node = new Node()
    node.next = new Node()
    node.next.next = node
    const copy = roundTrip(node) as Node
    expect(copy.next).toBeInstanceOf(Node)
    expect(copy.next?.next).toBe(copy)
  })

  test('a cycle through the result of encode is refused', () => {
    registerType('Loop', Point, { encode: point => ({ point }), decode: () => new Point() })
    expect(() => encodeValue({ a: new Point() })).toThrow('a.point closes a cycle through "Point"')
    register()
  })

  test('an error of its own class is a real error', () => {
    register()
    const copy = roundTrip(new Broken('flat', { cause: 'nail' })) as Broken
    expect(copy).toBeInstanceOf(Broken)
    expect([copy.message, copy.cause, copy.part, Object.keys(copy)]).toEqual([
      'flat',
      'nail',
      'wheel',
      ['part'],
    ])
    expect(Object.prototype.toString.call(copy)).toBe('[object Error]')
  })

  test('no setter is called', () => {
    register()
    const careful = Object.defineProperty(new Careful(), 'other', { value: 5, enumerable: true })
    expect(Object.entries(roundTrip(careful) as Careful)).toEqual([
      ['value', 1],
      ['other', 5],
    ])
  })

  test('a class that extends a built-in needs a codec', () => {
    registerType('MapOfNumbers', MapOfNumbers)
    expect(() => encodeValue({ m: new MapOfNumbers() })).toThrow(
      'm is an instance of "MapOfNumbers", which extends a built-in: register it with encode and decode',
    )
    registerType('MapOfNumbers', MapOfNumbers, {
      encode: m => [...m],
      decode: list => new MapOfNumbers(list),
    })
    expect(roundTrip(new MapOfNumbers([['a', 1]]))).toEqual(new MapOfNumbers([['a', 1]]))
  })

  test('a newer class of the same name is used from then on', () => {
    const old = class Reading {
      value = 1
    }
    const newer = class Reading {
      value = 2
    }
    registerType('Reading', old)
    const bytes = Buffer.from(encodeValue(new old()))
    registerType('Reading', newer)
    expect(decodeValue(bytes)).toBeInstanceOf(newer)
    expect(roundTrip(new old())).toBeInstanceOf(newer)
  })

  test('other copies of this module share the registry', () => {
    register()
    const { byName } = (
      globalThis as unknown as Record<symbol, { byName: Map<string, { prototype: object }> }>
    )[Symbol.for('kplug.types')] ?? { byName: new Map() }
    expect(byName.get('Point')?.prototype).toBe(Point.prototype)
    byName.delete('Point')
    const bytes = Buffer.from(encodeValue([new Point()]))
    expect(() => decodeValue(bytes)).toThrow(
      'it holds an instance of "Point", which is not registered: register it with registerType',
    )
  })

  test('data of an encode is not read without its decode', () => {
    register()
    const bytes = Buffer.from(encodeValue(new Money(1n)))
    registerType('Money', Money)
    expect(() => decodeValue(bytes)).toThrow(
      'it holds an encoded "Money": register that type with its encode and decode',
    )
    register()
  })

  test('a value may be put while an instance is being written', () => {
    registerType('Point', Point, { encode: p => roundTrip([p.x, p.y]), decode: () => new Point() })
    expect(roundTrip(['before', new Point(), 'after'])).toEqual(['before', new Point(), 'after'])
    register()
  })

  test.each([
    ['', Point as never, undefined, 'Cannot register type "": its name must be a string'],
    ['A', 'Point' as never, undefined, 'Cannot register type "A": the second argument must be a class'],
    ['A', (() => {}) as never, undefined, 'Cannot register type "A": the second argument must be a class'],
    ['A', Point as never, { encode: String } as never, 'give both encode and decode, or neither'],
  ])('an invalid registration is refused (%#)', (name, type, codec, sentence) => {
    expect(() => registerType(name, type, codec)).toThrow(sentence)
  })
})

describe('bytes that are not a value', () => {
  const bytes = Buffer.from(encodeValue(values.map(([, value]) => value).filter(value => value !== sparse)))

  test('every cut is refused', () => {
    const short = Buffer.from(encodeValue([{ a: 'text', b: [1, 2.5, 10n] }, new Map([[1, new Date(0)]])]))
    for (let length = 0; length < short.length; length += 1) {
      expect(() => decodeValue(short.subarray(0, length)), `cut at ${length}`).toThrow(
        'its bytes are damaged',
      )
    }
  })

  test('more bytes than the value needs are refused', () => {
    expect(() => decodeValue(Buffer.concat([encodeValue(1), Buffer.from([0])]))).toThrow(
      'its bytes are damaged',
    )
  })

  test('a newer format is named', () => {
    expect(() => decodeValue(Buffer.from([2, 0]))).toThrow(
      'written by a newer kplug (format 2): update kplug',
    )
  })

  test('damaged bytes give an error or another value, in bounded time', () => {
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
    })
    const attempt = (changes: [number, number][]): void => {
      const copy = Buffer.from(bytes)
      for (const [index, byte] of changes) copy[index] = byte
      try {
        decodeValue(copy)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }
    fc.assert(fc.property(damage, attempt), { numRuns: 1000 })
  })
})
