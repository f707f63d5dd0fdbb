import { defineFunction, defineSink, defineSource, withMeta } from 'kplug'
import { runFunction, runSink, runSource } from 'kplug/testing'
import { describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { declarationOf } from '../../src/runtime/define.js'

const config = z.object({ every: z.number().default(7) })

describe('a defined source', () => {
  const Clock = defineSource({
    about: { description: 'Counts' },
    config,
    *open(_ctx, { dataSource, props }) {
      yield { dataSource, every: props.every }
    },
  })

  test('opens with its DATASOURCE and the properties that its schema describes', async () => {
    const { rows } = await runSource(Clock, { dataSource: 'hall', props: { every: 2 } })
    expect(rows).toEqual([{ dataSource: 'hall', every: 2 }])
    expect((await runSource(Clock)).rows).toEqual([{ dataSource: '', every: 7 }])
  })

  test('refuses a property that its schema refuses', async () => {
    await expect(runSource(Clock, { props: { every: 'soon' } })).rejects.toThrow('every: expected number')
  })

  test('has the types of its schema', () => {
    defineSource({
      config,
      open(_ctx, { props }) {
        expectTypeOf(props).toEqualTypeOf<{ every: number }>()
        // @ts-expect-error the schema has no such property
        return [{ size: props.size }]
      },
    })
    // @ts-expect-error a named configuration takes the properties of the schema
    defineSource({ config, configurations: { fast: { every: 'soon' } }, open: () => [] })
  })
})

describe('a defined sink', () => {
  test('gets its resource in collect, and releases it at the end', async () => {
    const seen: unknown[] = []
    const Collector = defineSink({
      config,
      open: (_ctx, props) => ({ size: props.every }),
      collect: (_ctx, data, { props, resource }) => void seen.push([data, props, resource]),
      close: resource => void seen.push(resource),
    })
    await runSink(Collector, [{ a: 1 }])
    expect(seen).toEqual([[{ a: 1 }, { every: 7 }, { size: 7 }], { size: 7 }])
  })

  test('releases nothing if it could not be opened', async () => {
    const seen: unknown[] = []
    const Broken = defineSink({
      open(): string {
        throw new Error('refused')
      },
      collect: () => {},
      close: resource => void seen.push(resource),
    })
    await expect(runSink(Broken, [])).rejects.toThrow('refused')
    expect(seen).toEqual([])
  })
})

describe('a defined function', () => {
  test('computes with its resource', async () => {
    const Lookup = defineFunction({
      open: () => new Map([['a', 1]]),
      exec: ([key]: [string], _ctx, table) => table.get(key),
    })
    expect(await runFunction(Lookup, ['a'])).toBe(1)
  })

  test('may be an aggregate function, and refuse a call', async () => {
    const Sum = defineFunction({
      aggregate: true,
      validate(args) {
        if (args.length !== 1) throw new Error('one column, not more')
      },
      exec: ([values]: [number[]]) => values.reduce((a, b) => a + b, 0),
    })
    expect(new Sum().isAggregate?.()).toBe(true)
    expect(await runFunction(Sum, [[1, 2]])).toBe(3)
    await expect(runFunction(Sum, [])).rejects.toThrow('one column')
  })
})

test('declarations come from the exports of a file, then from its definition', () => {
  const about = { description: 'defined' }
  const A = defineFunction({ about, exec: () => 1 })
  expect(declarationOf({ A }, 'A')).toEqual({ about, config: undefined, configurations: undefined })
  expect(declarationOf({ A, about: { description: 'exported' } }, 'A').about).toEqual({
    description: 'exported',
  })
  expect(declarationOf({ B: () => 1 }, 'B').about).toBeUndefined()
})

test('a source yields rows with metadata and rows without', async () => {
  const Readings = defineSource({
    open: () => [withMeta({ a: 1 }, { topic: 'hall' }), { a: 2 }],
  })
  const { rows, metas } = await runSource(Readings)
  expect({ rows, metas }).toEqual({ rows: [{ a: 1 }, { a: 2 }], metas: [{ topic: 'hall' }, undefined] })
})
