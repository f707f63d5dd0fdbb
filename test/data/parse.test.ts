import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mayHoldLargeInteger } from '../../src/data/large-integer.js'
import { parseJson } from '../../src/data/parse.js'

const large = '1795292668348461056'

describe('integers beyond 2^53', () => {
  test.each([
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['9007199254740992', 9007199254740992n],
    ['1795292668348461056', 1795292668348461056n],
    ['18446744073709551615', 18446744073709551615n],
    ['123456789012345678901234567890', 123456789012345678901234567890n],
  ])('%s arrives exact', (literal, expected) => {
    const text = `{"a":${literal},"b":[${literal}, ${literal}\n,{"c" :${literal}}]}`
    expect(parseJson(literal)).toBe(expected)
    expect(parseJson(text)).toEqual({ a: expected, b: [expected, expected, { c: expected }] })
  })

  test.each(['9007199254740991', '-9007199254740991', '1795292668348461', '0', '-0', '42'])(
    '%s fits a number and is one',
    literal => {
      expect(parseJson(literal)).toBe(JSON.parse(literal))
      expect(parseJson(`[${literal}, ${large}]`)).toEqual([JSON.parse(literal), BigInt(large)])
    },
  )

  test.each([`${large}.0`, `${large}e0`, `${large}E+2`, '1e20', `0.${large}`, `12.${large}e-3`, '1e400'])(
    '%s is not an integer literal and stays a number',
    literal => {
      expect(parseJson(`{"a":${literal}}`)).toEqual({ a: Number(literal) })
      expect(parseJson(`{"a":${literal},"b":${large}}`)).toEqual({ a: Number(literal), b: BigInt(large) })
    },
  )

  test.each([
    ['digits', `"${large}"`],
    ['what looks like a field', `"\\"a\\": ${large}, "`],
    ['an escaped quote at its end', `"${large}\\""`],
    ['escaped backslashes at its end', `" ${large} \\\\"`],
    ['an escape for a digit', `":\\u0031${large}"`],
    ['brackets', `"]}[{:, ${large}"`],
    ['nothing', '""'],
  ])('a string that contains %s stays unchanged', (_what, literal) => {
    const text = `{"s":${literal},${literal}:[${literal}],"n":${large}}`
    const value: unknown = JSON.parse(literal)
    expect(parseJson(text)).toEqual({ s: value, [String(value)]: [value], n: BigInt(large) })
  })

  test('are found at every position, in short and long texts', () => {
    for (const after of ['', 'x'.repeat(400)]) {
      for (let shift = 0; shift < 350; shift++) {
        const before = `${'7'.repeat(shift % 16)}${'.'.repeat(shift)}`
        expect(parseJson(`["${before}",9007199254740993,"${after}"]`)).toEqual([
          before,
          9007199254740993n,
          after,
        ])
      }
    }
  })
})

describe('a text with a large integer is otherwise read as JSON.parse reads it', () => {
  test('an own "__proto__" is a property, not a prototype', () => {
    const value = Object(parseJson(`{"__proto__":{"polluted":${large}},"constructor":1}`))
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.entries(value)).toEqual([
      ['__proto__', { polluted: BigInt(large) }],
      ['constructor', 1],
    ])
  })

  test('of two equal keys the last value is used, at the position of the first', () => {
    const value = parseJson(`{"a":${large},"b":1,"a":2,"__proto__":1,"__proto__":3}`)
    expect(Object.entries(Object(value))).toEqual([
      ['a', 2],
      ['b', 1],
      ['__proto__', 3],
    ])
  })

  test('depth is not limited', () => {
    const depth = 200_000
    let value = parseJson('['.repeat(depth) + large + ']'.repeat(depth))
    while (Array.isArray(value)) value = value[0]
    expect(value).toBe(BigInt(large))
  })

  test.each(['', '{', '[1,]', `{"a":${large}`, `[0${large}]`, `{"a":${large}n}`, `${large} ${large}`, `-`])(
    '%j is refused with the message of JSON.parse',
    text => {
      expect(() => parseJson(text)).toThrow(errorOf(() => JSON.parse(text)))
    },
  )
})

function errorOf(action: () => unknown): SyntaxError {
  try {
    action()
  } catch (error) {
    if (error instanceof SyntaxError) return error
  }
  throw new Error('Expected a SyntaxError')
}

test.each([
  '[0.30000000000000004, 12.123456789012345678]',
  '{"us":1795292668348461}',
  '{"id":"1795292668348461056"}',
  '[12345678901234567.5, 12345678901234567e3]',
  `{"pad":"${'x'.repeat(400)}","a":0.1234567890123456789}`,
])('%s is read by JSON.parse alone', text => {
  expect(mayHoldLargeInteger(text)).toBe(false)
})

// JSON with its numbers as literals, so that any spelling of a number can stand anywhere.
const integer = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
const spaces = fc.stringMatching(/^[ \n\r\t]{0,3}$/)
const strings = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[[{:, ]*-?\d{10,20}[\]}:, \\"]*$/),
)
const { document } = fc.letrec<{ document: string; item: string; array: string; object: string }>(tie => ({
  item: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('true', 'false', 'null', '-0', '1e400', '1.0', '9007199254740993.0'),
    integer.map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    strings.map(text => JSON.stringify(text)),
    tie('array'),
    tie('object'),
  ),
  array: fc.array(tie('document'), { maxLength: 5 }).map(items => `[${items.join()}]`),
  object: fc
    .array(fc.tuple(fc.oneof(strings, fc.constant('__proto__')), tie('document')), { maxLength: 5 })
    .map(fields => `{${fields.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join()}}`),
  document: fc.tuple(spaces, tie('item'), spaces).map(parts => parts.join('')),
}))

/** Rounds what is exact: nothing but that may differ from JSON.parse. */
function rounded(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(rounded)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, rounded(field)]))
}

test('any text gives the result of JSON.parse, except for rounding', () => {
  fc.assert(
    fc.property(document, text => {
      expect(rounded(parseJson(text))).toStrictEqual(JSON.parse(text))
    }),
    { numRuns: 500 },
  )
})

test('any integer arrives exact, as a number if a number can hold it', () => {
  fc.assert(
    fc.property(integer, document, (value, other) => {
      const expected = Number.isSafeInteger(Number(value)) ? Number(value) : value
      expect(parseJson(`[${other},{"a":${value}}]`)).toHaveProperty('1', { a: expected })
    }),
    { numRuns: 500 },
  )
})
