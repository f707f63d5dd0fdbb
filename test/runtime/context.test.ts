import { expect, test } from 'vitest'
import { PluginContext } from '../../src/runtime/context.js'
import { FakeHost, placeIn, pluginOf } from '../support/host.js'

const place = { ...placeIn('r'), instanceId: 2, funcId: 3 }

const contextIn = (host: FakeHost): PluginContext =>
  new PluginContext({ plugin: pluginOf('function', {}), place, host })

test('a context contains its place in the rule', () => {
  expect(contextIn(new FakeHost())).toMatchObject({ ruleId: 'r', opId: 'op', instanceId: 2, funcId: 3 })
})

test('each level of the log goes to the host', () => {
  const host = new FakeHost()
  const { logger } = contextIn(host)
  for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level](level)
  expect(host.logs).toEqual(['r debug: debug', 'r info: info', 'r warn: warn', 'r error: error'])
})

test.each([
  ['models/digits.onnx', '/assets/models/digits.onnx'],
  ['./a', '/assets/a'],
  ['a/../b', '/assets/b'],
  ['..a', '/assets/..a'],
  ['/assets/inside', '/assets/inside'],
])('asset %j is %s', (file, found) => {
  expect(contextIn(new FakeHost()).asset(file)).toBe(found)
})

test.each(['../secret', '/etc/passwd', 'a/../../b', '..', '.', '', '/assets-of-another/x'])(
  'asset %j is refused',
  file => {
    expect(() => contextIn(new FakeHost()).asset(file)).toThrow(
      `Cannot use asset "${file}": it lies outside the plugin's folder`,
    )
  },
)

test('sleep returns early when the signal aborts, and at once after it', async () => {
  const ctx = contextIn(new FakeHost())
  const asleep = ctx.sleep(1e9)
  ctx.abort()
  await asleep
  await ctx.sleep(1e9)
})

test('sleep leaves nothing on the signal', async () => {
  const ctx = contextIn(new FakeHost())
  let listeners = 0
  const { signal } = ctx
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1
    remove(...args)
  }
  for (let i = 0; i < 20; i += 1) await ctx.sleep(0)
  expect(listeners).toBe(0)
})

test('state is shared within a place, and separate for another plugin', async () => {
  const host = new FakeHost()
  const ctx = contextIn(host)
  await ctx.putState('key', new Map([['a', 1n]]))
  expect(await contextIn(host).getState('key')).toEqual(new Map([['a', 1n]]))
  const plugin = { ...pluginOf('function', {}), name: 'other' }
  const other = new PluginContext({ plugin, place, host })
  expect(await other.getState('key')).toBeUndefined()
  expect(await ctx.incrCounter('n', 2)).toBe(2)
  expect(await ctx.getCounter('n')).toBe(2)
  await ctx.deleteState('n')
  expect(await ctx.getCounter('n')).toBe(0)
})

test('after a failure of the store, the next call tries again', async () => {
  const host = new FakeHost()
  let tries = 0
  const open = host.store.bind(host)
  host.store = () => {
    tries += 1
    return tries === 1 ? Promise.reject(new Error('down')) : open()
  }
  const ctx = contextIn(host)
  await expect(ctx.getCounter('n')).rejects.toThrow('down')
  expect(await ctx.getCounter('n')).toBe(0)
})
