import { expect, test } from 'vitest'
import * as z from 'zod'
import type { FunctionContext, SinkContext, SourceContext } from '../src/index.js'
import { createContext, runFunction, runSink, runSource } from '../src/testing.js'

class Numbers {
  #from = 0

  configure(_dataSource: string, { from }: { from: number }): void {
    this.#from = from
  }

  async *open(ctx: SourceContext) {
    for (let n = this.#from; ; n += 1) {
      yield { n }
      await ctx.sleep(0)
    }
  }
}

const config = z.object({ from: z.number().default(1) })

test('runSource resolves with the rows up to the limit, with defaults filled in', async () => {
  const { rows, metas, logs, errors } = await runSource(Numbers, { config, limit: 3 })
  expect(rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  expect({ metas, logs, errors }).toEqual({ metas: [undefined, undefined, undefined], logs: [], errors: [] })
})

test.each([
  ['a class', Numbers],
  ['a function', () => new Numbers()],
  ['an instance', new Numbers()],
])('runSource takes %s', async (_what, source) => {
  expect((await runSource(source, { config, props: { from: 5 }, limit: 1 })).rows).toEqual([{ n: 5 }])
})

test('runSource hands over the data source, and collects metadata, logs and errors', async () => {
  let topic = ''
  const result = await runSource(
    {
      configure(dataSource: string) {
        topic = dataSource
      },
      async open(ctx: SourceContext) {
        ctx.logger.debug('on')
        ctx.error('late')
        await ctx.emit({ at: new Date(0), big: 2n ** 53n - 1n }, { topic: 'a' })
      },
      close(ctx: SourceContext) {
        ctx.logger.info('off')
      },
    },
    { dataSource: 'topic' },
  )
  expect(topic).toBe('topic')
  expect(result).toEqual({
    rows: [{ at: '1970-01-01T00:00:00.000Z', big: 9007199254740991 }],
    metas: [{ topic: 'a' }],
    logs: [
      { level: 'debug', message: 'on' },
      { level: 'info', message: 'off' },
    ],
    errors: ['late'],
  })
})

test('runSource with a limit of 0 opens nothing', async () => {
  let opened = 0
  const { rows } = await runSource(
    {
      open: () => {
        opened += 1
        return [{ n: 1 }]
      },
    },
    { limit: 0 },
  )
  expect({ rows, opened }).toEqual({ rows: [], opened: 0 })
})

test('runSource rejects with the error of the source, and for rows that a rule could not receive', async () => {
  await expect(
    runSource({
      open: () => {
        throw new Error('broken')
      },
    }),
  ).rejects.toThrow('broken')
  await expect(runSource({ open: () => [{ n: Number.NaN }] })).rejects.toThrow('NaN')
  await expect(runSource(Numbers, { config, props: { from: 'x' } })).rejects.toThrow(
    'Cannot configure the source',
  )
})

class Sums {
  collect(ctx: SinkContext, data: unknown) {
    ctx.logger.info(Buffer.isBuffer(data) ? `bytes ${data.toString('hex')}` : JSON.stringify(data))
  }
}

test('runSink gives rows, arrays of rows and bytes', async () => {
  const { logs } = await runSink(Sums, [{ n: 1 }, [{ n: 2 }], Buffer.from('ff', 'hex')])
  expect(logs.map(line => line.message)).toEqual(['{"n":1}', '[{"n":2}]', 'bytes ff'])
})

test('runSink closes a sink that throws, and rejects', async () => {
  let closes = 0
  const sink = {
    collect() {
      throw new Error('full')
    },
    close: () => void (closes += 1),
  }
  await expect(runSink(sink, [{}, {}])).rejects.toThrow('full')
  expect(closes).toBe(1)
})

test('runFunction validates, opens, calls and closes', async () => {
  const calls: string[] = []
  const func = {
    validate: (args: readonly unknown[]) => void calls.push(`validate ${args.length}`),
    open: () => void calls.push('open'),
    exec: async ([a, b]: readonly unknown[]) => ({ sum: Number(a) + Number(b) }),
    close: () => void calls.push('close'),
  }
  expect(await runFunction(func, [1, 2])).toEqual({ sum: 3 })
  expect(calls).toEqual(['validate 2', 'open', 'close'])
})

test('runFunction rejects what validate refuses and exec throws', async () => {
  const strict = {
    validate() {
      throw new Error('two, not one')
    },
    exec: () => 1,
  }
  await expect(runFunction(strict, [1])).rejects.toThrow('two, not one')
  await expect(
    runFunction(
      {
        exec: () => {
          throw new Error('broken')
        },
      },
      [],
    ),
  ).rejects.toThrow('broken')
})

class Counter {
  exec(_args: readonly unknown[], ctx: FunctionContext) {
    return ctx.incrCounter('calls', 1)
  }
}

test('runs that share a context share state and log', async () => {
  const context = createContext({ ruleId: 'r7', funcId: 2 })
  expect(await runFunction(Counter, [], { context })).toBe(1)
  expect(await runFunction(Counter, [], { context })).toBe(2)
  expect(await context.getCounter('calls')).toBe(2)
  expect(await runFunction(Counter, [])).toBe(1)
  expect(context).toMatchObject({ ruleId: 'r7', opId: 'test', instanceId: 0, funcId: 2 })
})

test('a separate context can be used to call a method', async () => {
  const ctx = createContext()
  new Sums().collect(ctx, { n: 1 })
  ctx.error('lost')
  await ctx.emit({ n: 1 })
  expect(ctx.logs).toEqual([{ level: 'info', message: '{"n":1}' }])
  expect(ctx.errors).toEqual(['lost'])
})

test('a context from elsewhere is refused', async () => {
  await expect(runFunction(Counter, [], { context: {} as never })).rejects.toThrow(
    'make it with createContext()',
  )
})
