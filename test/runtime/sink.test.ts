import { expect, test } from 'vitest'
import * as z from 'zod'
import type { Sink, SinkContext } from '../../src/runtime/contract.js'
import { RunningSink } from '../../src/runtime/sink.js'
import { FakeHost, placeIn, pluginOf } from '../support/host.js'

const start = (exported: unknown, host = new FakeHost({ closeLimit: 20 }), signal?: AbortSignal) =>
  RunningSink.start({ plugin: pluginOf('sink', exported), place: placeIn('r'), host }, { a: 1 }, signal)

test('a sink is configured, opened, fed in order, and closed once', async () => {
  const calls: string[] = []
  class Recorder implements Sink {
    configure(props: object) {
      calls.push(`configure ${JSON.stringify(props)}`)
    }
    open() {
      calls.push('open')
    }
    async collect(_ctx: SinkContext, data: unknown) {
      calls.push(`collect ${JSON.stringify(data)}`)
    }
    close(ctx: SinkContext) {
      calls.push(`close ${ctx.signal.aborted}`)
    }
  }
  const sink = await start(Recorder)
  await sink.collect({ n: 1 })
  await sink.collect([{ n: 2 }])
  await Promise.all([sink.close(), sink.close()])
  expect(calls).toEqual(['configure {"a":1}', 'open', 'collect {"n":1}', 'collect [{"n":2}]', 'close true'])
})

// As the engine sends windows with `batchSize`.
test.each([
  [{ n: 1 }, { n: 1 }],
  [
    [{ n: [[1]] }, { n: 2 }],
    [{ n: [[1]] }, { n: 2 }],
  ],
  [
    [[{ n: 1 }, { n: 2 }], [], [{ n: 3 }]],
    [{ n: 1 }, { n: 2 }, { n: 3 }],
  ],
  [
    [{ n: 1 }, [[{ n: 2 }]]],
    [{ n: 1 }, { n: 2 }],
  ],
  [[[]], []],
])('a sink receives %j as %j', async (item, expected) => {
  const items: unknown[] = []
  const sink = await start({ collect: (_ctx: SinkContext, data: unknown) => void items.push(data) })
  await sink.collect(item)
  expect(items).toEqual([expected])
})

test.each<[string, Partial<Sink>]>([
  [
    'configure',
    {
      configure() {
        throw new Error('broken')
      },
    },
  ],
  [
    'an async configure',
    {
      async configure() {
        throw new Error('broken')
      },
    },
  ],
  [
    'open',
    {
      open() {
        throw new Error('broken')
      },
    },
  ],
  [
    'an async open',
    {
      async open() {
        throw new Error('broken')
      },
    },
  ],
])('an error in %s is passed on after one close', async (_where, more) => {
  let closes = 0
  await expect(start({ ...more, collect() {}, close: () => void (closes += 1) })).rejects.toThrow('broken')
  expect(closes).toBe(1)
})

test.each<[string, Sink['collect']]>([
  [
    'throws',
    () => {
      throw new Error('full')
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('full')
    },
  ],
])('an item whose collect %s fails, and the sink continues', async (_how, collect) => {
  let calls = 0
  const sink = await start({
    collect(ctx: SinkContext, data: unknown) {
      calls += 1
      return data === 'bad' ? collect(ctx, data) : undefined
    },
  })
  await expect((async () => sink.collect('bad'))()).rejects.toThrow('full')
  await sink.collect('good')
  expect(calls).toBe(2)
})

test('a synchronous collect costs no promise', async () => {
  const sink = await start({ collect() {} })
  expect(sink.collect({})).toBeUndefined()
})

test('an open that hangs ends with the signal, and the sink is closed', async () => {
  const host = new FakeHost({ closeLimit: 20 })
  const stop = new AbortController()
  let closes = 0
  const exported = { open: () => new Promise(() => {}), collect() {}, close: () => void (closes += 1) }
  const starting = start(exported, host, stop.signal)
  stop.abort()
  await (await starting).close()
  expect(closes).toBe(1)
  expect(host.logs[0]).toContain('open did not end within 20 ms')
})

test('a collect past its deadline fails with a sentence, its signal aborts, and the next one has a fresh signal', async () => {
  const host = new FakeHost({ deadline: 20 })
  const signals: AbortSignal[] = []
  const sink = await start(
    {
      collect(ctx: SinkContext, data: unknown) {
        signals.push(ctx.signal)
        return data === 'slow' ? ctx.sleep(1e9) : undefined
      },
    },
    host,
  )
  await expect(sink.collect('slow')).rejects.toThrow('collect of sink "probe" took longer than 20 ms')
  await expect(sink.collect('slow')).rejects.toThrow('took longer')
  await sink.collect('quick')
  expect(signals.map(signal => signal.aborted)).toEqual([true, true, false])
  expect(host.logs).toEqual(['r warn: collect takes longer than 10 ms. Its row fails at 20 ms'])
})

class Counting implements Sink {
  #seen = 0

  async collect(ctx: SinkContext): Promise<void> {
    this.#seen += 1
    ctx.logger.info(`${this.#seen} ${await ctx.incrCounter('seen', 1)}`)
  }
}

test.each([
  ['a class is apart in two rules', Counting, '1 1'],
  ['an instance is shared by two rules', new Counting(), '2 1'],
])('%s; their states are apart', async (_what, exported, second) => {
  const host = new FakeHost()
  const plugin = pluginOf('sink', exported)
  for (const rule of ['r1', 'r2']) {
    const sink = await RunningSink.start({ plugin, place: placeIn(rule), host }, {})
    await sink.collect({})
    await sink.close()
  }
  expect(host.logs).toEqual(['r1 info: 1 1', `r2 info: ${second}`])
})

test('props that the config refuses fail before there is an instance', async () => {
  let made = 0
  const plugin = {
    ...pluginOf('sink', () => {
      made += 1
      return { collect() {} }
    }),
    config: z.object({ path: z.string() }),
  }
  await expect(RunningSink.start({ plugin, place: placeIn('r'), host: new FakeHost() }, {})).rejects.toThrow(
    'Cannot configure the sink: ',
  )
  expect(made).toBe(0)
})
