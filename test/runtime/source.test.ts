import { expect, test } from 'vitest'
import * as z from 'zod'
import type { RowOutput } from '../../src/runtime/context.js'
import type { Source, SourceContext } from '../../src/runtime/contract.js'
import type { Row } from '../../src/data/row.js'
import { encodeRow } from '../../src/data/source-row.js'
import { RunningSource } from '../../src/runtime/source.js'
import { FakeHost, placeIn, pluginOf, settled, SlowRows, TakenRows } from '../support/host.js'

const settings = { dataSource: 'topic', props: { a: 1 } }
const never = new AbortController().signal

/** Runs a source to its end; answers what it did and put out, in order. */
async function run(exported: unknown, signal = never, output: RowOutput = new TakenRows()) {
  const host = new FakeHost({ closeLimit: 20 })
  const source = await RunningSource.configure(
    { plugin: pluginOf('source', exported), place: placeIn('r'), host },
    settings,
    output,
  )
  await source.run(signal)
  return host.logs
}

/** A source that writes down what happens to it. */
function recorder(calls: string[], open: Source['open'], more: Partial<Source> = {}): Source {
  return {
    configure(dataSource, props) {
      calls.push(`configure ${dataSource} ${JSON.stringify(props)}`)
    },
    open(ctx) {
      calls.push('open')
      return open(ctx)
    },
    close(ctx) {
      calls.push(`close ${ctx.signal.aborted}`)
    },
    ...more,
  }
}

const inOrder = ['configure topic {"a":1}', 'open', 'close true']

test.each<[string, Source['open']]>([
  [
    'an async generator',
    async function* () {
      yield { n: 1 }
      yield { n: 2 }
    },
  ],
  [
    'a generator',
    function* () {
      yield { n: 1 }
      yield { n: 2 }
    },
  ],
  ['an array', () => [{ n: 1 }, { n: 2 }]],
  [
    'emit',
    async ctx => {
      await ctx.emit({ n: 1 })
      await ctx.emit({ n: 2 })
    },
  ],
])('a source with %s is configured, opened, and closed once at its end', async (_how, open) => {
  const calls: string[] = []
  const output = new TakenRows()
  await run(recorder(calls, open), never, output)
  expect(calls).toEqual(inOrder)
  expect(output.rows).toEqual([{ n: 1 }, { n: 2 }])
})

test.each<[string, Source['open']]>([
  [
    'sleeps',
    async function* (ctx) {
      for (;;) {
        yield { n: 1 }
        await ctx.sleep(1e9)
      }
    },
  ],
  [
    'never sleeps',
    async function* () {
      for (;;) yield { n: 1 }
    },
  ],
  [
    'is a plain generator',
    function* () {
      for (;;) yield { n: 1 }
    },
  ],
  [
    'awaits ctx.closed',
    async ctx => {
      await ctx.emit({ n: 1 })
      await ctx.closed
    },
  ],
  [
    'emits while it may',
    async ctx => {
      while (!ctx.signal.aborted) await ctx.emit({ n: 1 })
    },
  ],
  [
    'emits and sleeps',
    async ctx => {
      while (!ctx.signal.aborted) {
        await ctx.emit({ n: 1 })
        await ctx.sleep(1e9)
      }
    },
  ],
  [
    'hands its signal on',
    async ctx => {
      await ctx.emit({ n: 1 })
      await abortable(ctx.signal)
    },
  ],
])('a source that %s stops at its signal, and is closed once', async (_how, open) => {
  const calls: string[] = []
  const stop = new AbortController()
  const output: RowOutput = { write: () => void setImmediate(() => stop.abort()), error() {} }
  const logs = await run(recorder(calls, open), stop.signal, output)
  expect(calls).toEqual(inOrder)
  expect(logs).toEqual([])
})

function abortable(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
  })
}

test.each<[string, Source['open']]>([
  ['hangs', () => new Promise(() => {})],
  [
    'hangs in its generator',
    async function* () {
      await new Promise(() => {})
      yield {}
    },
  ],
  [
    'emits for ever',
    async ctx => {
      for (;;) await ctx.emit({})
    },
  ],
  [
    'sleeps for ever',
    async ctx => {
      for (;;) await ctx.sleep(1e9)
    },
  ],
])('a source that %s after its signal is abandoned, and closed', async (_how, open) => {
  const calls: string[] = []
  const stop = new AbortController()
  setImmediate(() => stop.abort())
  const logs = await run(recorder(calls, open), stop.signal)
  expect(calls).toEqual(inOrder)
  expect(logs).toEqual(['r error: open did not end within 20 ms after its signal aborted and was abandoned'])
})

test('an abandoned source gets no more turns', async () => {
  let turns = 0
  const stop = new AbortController()
  setImmediate(() => stop.abort())
  await run(
    {
      async open(ctx: SourceContext) {
        for (;;) {
          await ctx.sleep(0)
          turns += 1
        }
      },
    },
    stop.signal,
  )
  await settled()
  const before = turns
  await settled()
  expect(turns).toBe(before)
})

test('a source that is stopped before it opened is closed without opening', async () => {
  const calls: string[] = []
  await run(
    recorder(calls, () => []),
    AbortSignal.abort(),
  )
  expect(calls).toEqual(['configure topic {"a":1}', 'close true'])
})

test.each<[string, Partial<Source>]>([
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
  [
    'its generator',
    {
      async *open() {
        yield {}
        throw new Error('broken')
      },
    },
  ],
])('an error in %s is passed on after one close', async (_where, more) => {
  let closes = 0
  const source = { open: () => [], ...more, close: () => void (closes += 1) }
  await expect(run(source)).rejects.toThrow('broken')
  expect(closes).toBe(1)
})

test('an error in close is logged, not thrown', async () => {
  const logs = await run({
    open: () => [],
    close() {
      throw new Error('broken')
    },
  })
  expect(logs).toEqual(['r error: close failed: broken'])
})

test('a close that hangs is abandoned', async () => {
  const logs = await run({ open: () => [], close: () => new Promise(() => {}) })
  expect(logs).toEqual(['r error: close did not end within 20 ms and was abandoned'])
})

test('a configure that hangs ends with the signal', async () => {
  const host = new FakeHost({ closeLimit: 20 })
  const calls: string[] = []
  const stop = new AbortController()
  const plugin = pluginOf(
    'source',
    recorder(calls, () => [], { configure: () => new Promise(() => {}) }),
  )
  const configuring = RunningSource.configure(
    { plugin, place: placeIn('r'), host },
    settings,
    new TakenRows(),
    stop.signal,
  )
  stop.abort()
  await (await configuring).run(stop.signal)
  expect(calls).toEqual(['close true'])
})

test.each<[string, (pulled: () => void) => Source['open']]>([
  [
    'an async generator',
    pulled =>
      async function* () {
        for (;;) {
          pulled()
          yield {}
        }
      },
  ],
  [
    'a generator',
    pulled =>
      function* () {
        for (;;) {
          pulled()
          yield {}
        }
      },
  ],
  [
    'emit',
    pulled => async ctx => {
      while (!ctx.signal.aborted) {
        pulled()
        await ctx.emit({})
      }
    },
  ],
])('nothing piles up when %s meets a slow reader', async (_how, open) => {
  let pulled = 0
  const output = new SlowRows()
  const stop = new AbortController()
  const running = run(
    {
      open: open(() => {
        pulled += 1
      }),
    },
    stop.signal,
    output,
  )
  for (let taken = 1; taken <= 3; taken += 1) {
    await settled()
    expect(output.rows).toHaveLength(taken)
    expect(pulled).toBe(taken)
    output.takeNext()
  }
  stop.abort()
  await running
})

test('a reader that never reads again does not delay the end', async () => {
  const stop = new AbortController()
  const running = run(
    {
      async *open() {
        yield {}
      },
    },
    stop.signal,
    new SlowRows(),
  )
  await settled()
  stop.abort()
  expect(await running).toEqual([])
})

test.each([
  ['null', null],
  ['an array', [1]],
  ['a text', 'row'],
  [
    'a class instance',
    new (class Thing {
      a = 1
    })(),
  ],
  ['a Map', new Map()],
])('%s is not a row, from a generator or emit', async (_what, row) => {
  const output = { write: (value: Row) => void encodeRow(value), error() {} }
  await expect(run({ open: () => [row] }, never, output)).rejects.toThrow('row')
  let refused: unknown
  const emitting = {
    async open(ctx: SourceContext) {
      await ctx.emit(row as never).catch((error: unknown) => {
        refused = error
      })
    },
  }
  await run(emitting, never, output)
  expect(refused).toBeInstanceOf(TypeError)
})

test('ctx.error is reported, and the source continues', async () => {
  const output = new TakenRows()
  await run(
    {
      async *open(ctx: SourceContext) {
        ctx.error('lost the line')
        yield { n: 1 }
      },
    },
    never,
    output,
  )
  expect(output).toMatchObject({ errors: ['lost the line'], rows: [{ n: 1 }] })
})

class Counting implements Source {
  #opened = 0

  async open(ctx: SourceContext): Promise<void> {
    this.#opened += 1
    await ctx.emit({ opened: this.#opened, seen: await ctx.incrCounter('seen', 1) })
  }
}

test.each([
  ['a class is apart in two rules', Counting, 1],
  ['an instance is shared by two rules', new Counting(), 2],
])('%s; their states are apart', async (_what, exported, opened) => {
  const host = new FakeHost()
  const output = new TakenRows()
  const plugin = pluginOf('source', exported)
  for (const rule of ['r1', 'r2']) {
    const source = await RunningSource.configure({ plugin, place: placeIn(rule), host }, settings, output)
    await source.run(never)
  }
  expect(output.rows).toEqual([
    { opened: 1, seen: 1 },
    { opened, seen: 1 },
  ])
})

const config = z.object({ every: z.number().default(7) })

async function configuredWith(props: Row): Promise<{ given: unknown; logs: string[] }> {
  const host = new FakeHost()
  let given: unknown
  const exported = {
    configure(_source: string, value: unknown) {
      given = value
    },
    open: () => [],
  }
  const plugin = { ...pluginOf('source', exported), config }
  const running = { dataSource: '', props }
  const source = await RunningSource.configure(
    { plugin, place: placeIn('r'), host },
    running,
    new TakenRows(),
  )
  await source.run(never)
  return { given, logs: host.logs }
}

test('a config fills in defaults before configure', async () => {
  expect(await configuredWith({})).toEqual({ given: { every: 7 }, logs: [] })
})

test('a wrong property fails with its path, the reason and the value seen', async () => {
  await expect(configuredWith({ every: 'often' })).rejects.toThrow(
    /Cannot configure the source: .*every.*"often"/,
  )
})

test('an unknown property is a warning', async () => {
  const { given, logs } = await configuredWith({ evry: 3 })
  expect(given).toEqual({ every: 7 })
  expect(logs).toEqual([expect.stringMatching(/^r warn: Ignored the property "evry".*did you mean "every"/)])
})
