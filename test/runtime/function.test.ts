import { expect, test } from 'vitest'
import type { Func, FunctionContext } from '../../src/runtime/contract.js'
import { maxPlaces, RunningFunction } from '../../src/runtime/function.js'
import { FakeHost, placeIn, pluginOf, settled } from '../support/host.js'

function runningWith(exported: unknown, host = new FakeHost({ closeLimit: 20 })) {
  const running = new RunningFunction(pluginOf('function', exported), host)
  return {
    host,
    running,
    exec: async (rule: string, ...args: unknown[]): Promise<unknown> => running.exec(args, rule, placeIn),
  }
}

/** Writes down what happens to each of its instances, numbered as they are made. */
function recorder(calls: string[], more: Partial<Func> = {}) {
  let made = 0
  return () => {
    made += 1
    const number = made
    return {
      open: (ctx: FunctionContext) => void calls.push(`open ${number} ${ctx.ruleId}`),
      exec: ([value]: readonly unknown[]) => value,
      close: (ctx: FunctionContext) => void calls.push(`close ${number} ${ctx.signal.aborted}`),
      ...more,
    }
  }
}

test('an instance opens before its first call and closes once at the end', async () => {
  const calls: string[] = []
  const { exec, running } = runningWith(recorder(calls))
  expect(await exec('r1', 'a')).toBe('a')
  expect(await exec('r1', 'b')).toBe('b')
  await exec('r2', 'c')
  expect(calls).toEqual(['open 1 r1', 'open 2 r2'])
  await Promise.all([running.close(), running.close()])
  expect(calls.slice(2)).toEqual(['close 1 true', 'close 2 true'])
})

test('after the first call the result is returned without a promise', async () => {
  const { exec, running } = runningWith({ exec: ([value]: readonly unknown[]) => value })
  await exec('r', 1)
  expect(running.exec([2], 'r', placeIn)).toBe(2)
})

test('first calls at the same time open one instance', async () => {
  const calls: string[] = []
  const { exec } = runningWith(
    recorder(calls, {
      open: async ctx => {
        await ctx.sleep(1)
        calls.push('open')
      },
    }),
  )
  expect(await Promise.all([exec('r', 1), exec('r', 2), exec('r', 3)])).toEqual([1, 2, 3])
  expect(calls).toEqual(['open'])
})

test('an open that fails fails the row and closes; the next call opens again', async () => {
  const calls: string[] = []
  let tries = 0
  const open = (): void => {
    tries += 1
    if (tries === 1) throw new Error('no model')
  }
  const { exec } = runningWith(recorder(calls, { open }))
  await expect(exec('r', 1)).rejects.toThrow('no model')
  expect(await exec('r', 2)).toBe(2)
  expect(calls).toEqual(['close 1 true'])
})

test.each<[string, Func['exec']]>([
  [
    'throws',
    () => {
      throw new Error('no number')
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('no number')
    },
  ],
])('a call that %s fails its row only', async (_how, fail) => {
  const { exec } = runningWith({
    exec: (args: readonly unknown[], ctx: FunctionContext) => (args[0] === 'bad' ? fail(args, ctx) : args[0]),
  })
  await expect(exec('r', 'bad')).rejects.toThrow('no number')
  await expect(exec('r', 'bad')).rejects.toThrow('no number')
  expect(await exec('r', 'good')).toBe('good')
})

test(`beyond ${maxPlaces} places the least recently used is closed`, async () => {
  const calls: string[] = []
  const { exec } = runningWith(recorder(calls, { open() {} }))
  for (let rule = 1; rule <= maxPlaces; rule += 1) await exec(`r${rule}`, rule)
  await exec('r1', 1)
  expect(calls).toEqual([])
  await exec('one more', 0)
  await settled()
  expect(calls).toEqual(['close 2 true'])
  await exec('r1', 1)
  expect(calls).toHaveLength(1)
})

test('validate and isAggregate run on an instance of their own, made once', async () => {
  const used = new Map<string, unknown>()
  let made = 0
  class Probe {
    constructor() {
      made += 1
    }
    validate() {
      used.set('validate', this)
    }
    isAggregate() {
      used.set('isAggregate', this)
      return true
    }
    exec() {
      used.set('exec', this)
    }
  }
  const { exec, running } = runningWith(Probe)
  await running.validate([])
  expect(await running.isAggregate()).toBe(true)
  await exec('r')
  expect(used.get('validate')).toBe(used.get('isAggregate'))
  expect(used.get('exec')).not.toBe(used.get('validate'))
  expect(made).toBe(2)
})

test('a function without validate and isAggregate takes all calls, and is no aggregate', async () => {
  const { running } = runningWith({ exec: () => 1 })
  await running.validate([1, 2])
  expect(await running.isAggregate()).toBe(false)
})

test('validate refuses by throwing', async () => {
  const { running } = runningWith({
    exec: () => 1,
    async validate() {
      throw new Error('takes one text')
    },
  })
  await expect(running.validate([])).rejects.toThrow('takes one text')
})

test('a constructor that fails is tried again', async () => {
  let tries = 0
  const { running } = runningWith(() => {
    tries += 1
    if (tries === 1) throw new Error('not yet')
    return { exec: () => 1 }
  })
  await expect(running.validate([])).rejects.toThrow('not yet')
  await running.validate([])
})

test('a call past its deadline fails with a sentence, its signal aborts, and the next one has a fresh signal', async () => {
  const signals: AbortSignal[] = []
  const { exec, host } = runningWith(
    {
      async exec([ms]: [number], ctx: FunctionContext) {
        signals.push(ctx.signal)
        await ctx.sleep(ms)
        return 'done'
      },
    },
    new FakeHost({ deadline: 20 }),
  )
  await expect(exec('r', 1e9)).rejects.toThrow('exec of function "probe" took longer than 20 ms')
  await expect(exec('r', 1e9)).rejects.toThrow('took longer than 20 ms')
  expect(await exec('r', 0)).toBe('done')
  expect(signals.map(signal => signal.aborted)).toEqual([true, true, false])
  expect(host.logs).toEqual(['r warn: exec takes longer than 10 ms. Its row fails at 20 ms'])
})

test('an open past the deadline fails the row, which is then never computed; later ones are', async () => {
  const computed: unknown[] = []
  let ready = (): void => {}
  const opened = new Promise<void>(resolve => (ready = resolve))
  const { exec } = runningWith(
    {
      open: () => opened,
      exec: ([value]: readonly unknown[]) => computed.push(value),
    },
    new FakeHost({ deadline: 20 }),
  )
  await expect(exec('r', 'early')).rejects.toThrow('The function "probe" was not ready within 20 ms')
  ready()
  await exec('r', 'late')
  expect(computed).toEqual(['late'])
})

test('an instance that is still opening when the function closes is aborted and closed', async () => {
  const calls: string[] = []
  const { exec, running } = runningWith(recorder(calls, { open: ctx => ctx.sleep(1e9) }))
  const call = expect(exec('r', 1)).rejects.toThrow('was stopped')
  await settled()
  await running.close()
  expect(calls).toEqual(['close 1 true'])
  await call
})

class Counting implements Func {
  #calls = 0

  async exec(_args: readonly unknown[], ctx: FunctionContext): Promise<unknown> {
    this.#calls += 1
    return [this.#calls, await ctx.incrCounter('calls', 1)]
  }
}

test.each([
  ['a class is apart in two rules', Counting, 1],
  ['an instance is shared by two rules', new Counting(), 2],
])('%s; their states are apart', async (_what, exported, second) => {
  const { exec } = runningWith(exported)
  expect(await exec('r1')).toEqual([1, 1])
  expect(await exec('r2')).toEqual([second, 1])
})
