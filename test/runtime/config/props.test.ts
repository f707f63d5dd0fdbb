import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import * as mini from 'zod/mini'
import { parseProps } from '../../../src/runtime/config/props.js'
import type { InferConfig, Schema } from '../../../src/runtime/config/schema.js'

// What an author exports: the same config in each library's own way.
const configs: Record<string, Schema> = {
  zod: z.object({ interval: z.number().default(1000), topic: z.string() }),
  'a strict zod schema': z.strictObject({ interval: z.number().default(1000), topic: z.string() }),
  'zod/mini': mini.object({ interval: mini._default(mini.number(), 1000), topic: mini.string() }),
  'a strict zod/mini schema': mini.strictObject({
    interval: mini._default(mini.number(), 1000),
    topic: mini.string(),
  }),
  'a schema written by hand': byHand(),
}

// The shape of other libraries: own names, own words, an answer that is a promise.
function byHand(): Schema {
  return {
    '~standard': {
      version: 1,
      vendor: 'by hand',
      validate: async input => {
        const { interval = 1000, topic } = Object(input)
        const issues = [
          ...(typeof interval === 'number' ? [] : [wrong('number', 'interval', interval)]),
          ...(typeof topic === 'string' ? [] : [wrong('string', 'topic', topic)]),
        ]
        return issues.length === 0 ? { value: { interval, topic } } : { issues }
      },
    },
  }
}

function wrong(expected: string, key: string, value: unknown) {
  return {
    message: `Invalid type: Expected ${expected} but received ${JSON.stringify(value)}`,
    path: [{ key }],
  }
}

describe.each(Object.entries(configs))('with %s', (_name, config) => {
  test('defaults are filled in', async () => {
    expect(await parseProps(config, { topic: 'a' }, 'source')).toEqual({
      value: { interval: 1000, topic: 'a' },
      warnings: [],
    })
  })

  test('every wrong property is listed with the value seen', async () => {
    await expect(parseProps(config, { interval: 'fast', unknown: 1 }, 'source')).rejects.toThrow(
      /^Cannot configure the source: interval: expected number, got "fast"; topic: expected string, but it is missing$/,
    )
  })

  test.each([
    ['100ms', 100],
    ['1.001s', 1001],
    ['1m0s', 60_000],
    ['1h30m0.5s', 5_400_500],
    ['0s', 0],
    ['-1s', -1000],
  ])('the duration %s, as which eKuiper stores a number, is a number again', async (interval, expected) => {
    const { value } = await parseProps(config, { topic: '1s', interval }, 'source')
    expect(value).toEqual({ topic: '1s', interval: expected })
  })

  test('an unknown key is a warning, with the key that was meant', async () => {
    expect(await parseProps(config, { topic: 'a', intervall: 5, colour: 'red' }, 'sink')).toEqual({
      value: { interval: 1000, topic: 'a' },
      warnings: [
        'Ignored the property "intervall": "config" does not know it, did you mean "interval"',
        'Ignored the property "colour": "config" does not know it, remove it',
      ],
    })
  })

  test('properties that the engine adds are removed, unless the config names them', async () => {
    const props = {
      topic: 'a',
      interval: 5,
      requireAck: true,
      deadLetters: true,
      sendSingle: true,
      format: 'json',
    }
    expect(await parseProps(config, props, 'sink')).toEqual({
      value: { interval: 5, topic: 'a' },
      warnings: [],
    })
  })

  test('a key of the engine is unknown in places where the engine does not use it', async () => {
    const { warnings } = await parseProps(config, { topic: 'a', requireAck: true }, 'function')
    expect(warnings).toHaveLength(1)
  })

  test('an own "__proto__" changes nothing', async () => {
    const { value } = await parseProps(config, JSON.parse('{"topic":"a","__proto__":{"interval":1}}'), 'sink')
    expect(value).toEqual({ interval: 1000, topic: 'a' })
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })
})

const nested = {
  zod: z.object({ broker: z.object({ url: z.string().optional(), port: z.number().default(1883) }) }),
  'zod/mini': mini.object({
    broker: mini.object({ url: mini.optional(mini.string()), port: mini._default(mini.number(), 1883) }),
  }),
}

test.each(Object.entries(nested))(
  'an unknown key in an object is a warning with %s',
  async (_name, config) => {
    expect(await parseProps(config, { broker: { ulr: 'a', x: 1 } }, 'source')).toEqual({
      value: { broker: { port: 1883 } },
      warnings: [
        'Ignored the property "broker.ulr": "config" does not know it, did you mean "broker.url"',
        'Ignored the property "broker.x": "config" does not know it, remove it',
      ],
    })
  },
)

test('an unknown key in a strict object is refused with a similar key', async () => {
  const config = z.object({ broker: z.strictObject({ url: z.string() }) })
  await expect(parseProps(config, { broker: { url: 'a', ulr: 'b' } }, 'source')).rejects.toThrow(
    /unrecognized key: "ulr".*, did you mean "broker\.url"$/,
  )
})

test.each<[string, z.ZodType]>([
  ['a record', z.record(z.string(), z.number())],
  ['a loose object', z.looseObject({ a: z.number() })],
  ['any value', z.any()],
  ['what is made into something else', z.any().transform(value => ({ keys: Object.keys(value).length }))],
])('the keys of %s are never unknown', async (_what, inner) => {
  const { warnings } = await parseProps(z.object({ inner }), { inner: { a: 1, b: 2 } }, 'sink')
  expect(warnings).toEqual([])
})

test('without a schema the properties pass unchanged', async () => {
  const props = { requireAck: true, any: 1 }
  expect(await parseProps(undefined, props, 'sink')).toEqual({ value: props, warnings: [] })
})

// What a stream that sets its format and its data source makes of a source's properties.
const stream = {
  format: 'json',
  key: '',
  datasource: 'topic/a',
  schemaId: '',
  delimiter: '',
  retainSize: 0,
  strictValidation: false,
  timestamp: '',
  timestampFormat: '',
}

test('an option that the stream does not set leaves the default to the config', async () => {
  const config = z.object({
    key: z.string().default('id'),
    delimiter: z.string().default(','),
    format: z.string(),
  })
  expect(await parseProps(config, stream, 'source')).toEqual({
    value: { key: 'id', delimiter: ',', format: 'json' },
    warnings: [],
  })
  expect((await parseProps(config, { ...stream, delimiter: ';' }, 'source')).value.delimiter).toBe(';')
})

test('an empty string in the action of a sink is what the author of the rule wrote', async () => {
  const config = z.object({ delimiter: z.string().default(',') })
  expect((await parseProps(config, { delimiter: '' }, 'sink')).value).toEqual({ delimiter: '' })
})

describe('schemas that are not a plain list of keys', () => {
  const variants = [
    z.object({ kind: z.literal('tcp'), port: z.number() }),
    z.object({ kind: z.literal('file'), path: z.string() }),
  ] as const

  test.each<[string, Schema, Record<string, unknown>, Record<string, unknown>, number]>([
    ['a loose object', z.looseObject({ a: z.number() }), { a: 1, b: 2 }, { a: 1, b: 2 }, 0],
    ['a catchall', z.object({ a: z.number() }).catchall(z.string()), { a: 1, b: 'x' }, { a: 1, b: 'x' }, 0],
    ['a record', z.record(z.string(), z.number()), { a: 1, b: 2 }, { a: 1, b: 2 }, 0],
    ['anything', z.any(), { a: 1 }, { a: 1 }, 0],
    ['no key at all', z.object({}), { a: 1 }, {}, 1],
    ['no key at all, strictly', z.strictObject({}), { a: 1 }, {}, 1],
    [
      'a variant',
      z.discriminatedUnion('kind', variants),
      { kind: 'tcp', port: 1 },
      { kind: 'tcp', port: 1 },
      0,
    ],
    [
      'another variant',
      z.union(variants),
      { kind: 'file', path: 'a', port: 1 },
      { kind: 'file', path: 'a' },
      0,
    ],
    [
      'both',
      z.object({ a: z.number() }).and(z.object({ b: z.number() })),
      { a: 1, b: 2, c: 3 },
      { a: 1, b: 2 },
      1,
    ],
    [
      'renamed keys',
      z.object({ a: z.number() }).transform(({ a }) => ({ renamed: a })),
      { a: 1 },
      { renamed: 1 },
      0,
    ],
    [
      'a copy first',
      z.preprocess(v => Object.assign({}, v), variants[0]),
      { kind: 'tcp', port: 1, b: 2 },
      { kind: 'tcp', port: 1 },
      1,
    ],
    [
      'a strict copy',
      z.preprocess(v => Object.assign({}, v), z.strictObject({ a: z.number() })),
      { a: 1 },
      { a: 1 },
      0,
    ],
  ])('%s', async (_what, config, props, value, warnings) => {
    const parsed = await parseProps(config, { ...props, sendSingle: true }, 'sink')
    expect(parsed.value).toEqual(value)
    expect(parsed.warnings).toHaveLength(warnings)
  })

  test('may give an instance', async () => {
    class Settings {
      constructor(readonly topic: string) {}
    }
    const config = z.object({ topic: z.string() }).transform(({ topic }) => new Settings(topic))
    expect((await parseProps(config, { topic: 'a' }, 'sink')).value).toBeInstanceOf(Settings)
  })

  test('that give no object are refused', async () => {
    await expect(
      parseProps(
        z.any().transform(() => 1),
        {},
        'sink',
      ),
    ).rejects.toThrow('Cannot use the schema "config": it must describe an object, as z.object does')
  })

  test('that throw are not silenced', async () => {
    const config = z.object({ a: z.number() }).transform(() => {
      throw new Error('a bug of the author')
    })
    await expect(parseProps(config, { a: 1 }, 'sink')).rejects.toThrow('a bug of the author')
  })
})

describe('a wrong property is shown', () => {
  const config = z.object({
    port: z.number().positive('Must be above 0').optional(),
    tls: z.object({ files: z.array(z.string()) }).optional(),
    mode: z.enum(['a', 'b']).optional(),
    password: z.string().optional(),
    'two words': z.string().optional(),
  })

  test.each([
    [{ port: -1 }, 'port: must be above 0, got -1'],
    [{ port: null }, 'port: expected number, got null'],
    [{ tls: { files: ['a', 2] } }, 'tls.files[1]: expected string, got 2'],
    [{ tls: {} }, 'tls.files: expected array, but it is missing'],
    [{ tls: ['secret'] }, 'tls: expected object, got an array of 1'],
    [{ port: { secret: 1 } }, 'port: expected number, got an object'],
    [{ mode: 'c' }, 'mode: expected one of "a"|"b", got "c"'],
    [{ 'two words': true }, '["two words"]: expected string, got true'],
    [{ port: 'x'.repeat(50) }, `port: expected number, got "${'x'.repeat(40)}…"`],
    [{ password: 12345 }, 'password: expected string, got a number that is not shown'],
  ])('%j', async (props, reason) => {
    await expect(parseProps(config, props, 'sink')).rejects.toMatchObject({
      message: `Cannot configure the sink: ${reason}`,
    })
  })

  test('as missing where it is only inherited', async () => {
    await expect(parseProps(z.object({ valueOf: z.string() }), {}, 'sink')).rejects.toThrow(
      'valueOf: expected string, but it is missing',
    )
  })

  test('without a path when the whole is wrong', async () => {
    const whole = z.object({ a: z.number(), b: z.number() }).refine(v => v.a < v.b, 'a must be below b')
    await expect(parseProps(whole, { a: 2, b: 1 }, 'sink')).rejects.toThrow(
      'Cannot configure the sink: a must be below b',
    )
  })
})

test('the type of the properties follows from the config', () => {
  const config = z.object({ interval: z.number().default(1000) })
  const props: InferConfig<typeof config> = { interval: 1 }
  // @ts-expect-error an interval is a number
  const wrongProps: InferConfig<typeof config> = { interval: 'fast' }
  expect(props).not.toEqual(wrongProps)
})

test('a duration stays a text where the schema wants one', async () => {
  const texts = z.object({ interval: z.string(), other: z.string() })
  const props = { interval: '100ms', other: '100ms' }
  expect((await parseProps(texts, props, 'source')).value).toEqual(props)
})

test('only the properties that eKuiper rewrites are read as durations', async () => {
  const numbers = z.object({ timeout: z.number().max(50), every: z.number() })
  await expect(parseProps(numbers, { timeout: '100ms', every: '1s' }, 'sink')).rejects.toThrow(
    'timeout: too big: expected number to be <=50, got "100ms"; every: expected number, got "1s"',
  )
})
