import { createServer, type Socket } from 'node:net'
import { Redis } from 'ioredis'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src/state/open.js'
import type { State, StateStore } from '../../src/state/store.js'
import { freePort } from '../../src/kuiperd/free-port.js'
import { hasRedis, RedisServer } from '../support/redis-server.js'
import { temporaryFolder } from '../support/temporary.js'

const place = { ruleId: 'rule', opId: 'op', instanceId: 0 }

async function open(spec: string): Promise<{ store: StateStore; state: State; warnings: string[] }> {
  const warnings: string[] = []
  const store = await openStore(spec, { warn: sentence => void warnings.push(sentence) })
  onTestFinished(() => store.close())
  const state = (await store.open('function', 'f')).at(place)
  return { store, state, warnings }
}

async function startServer(): Promise<RedisServer> {
  const server = await RedisServer.start(temporaryFolder())
  onTestFinished(() => server.kill())
  return server
}

describe.runIf(hasRedis)('state in Redis', () => {
  test('is shared under the same prefix', async () => {
    const { port } = await startServer()
    const address = `redis://127.0.0.1:${port}`
    const a = await open(`${address}/shop`)
    const b = await open(`${address}/shop`)
    const c = await open(`${address}/other`)
    const counts = await Promise.all(
      Array.from({ length: 100 }, (_, index) => (index % 2 ? a : b).state.incrCounter('n', 1)),
    )
    expect(new Set(counts).size).toBe(100)
    expect(await a.state.getCounter('n')).toBe(100)
    expect(await c.state.getCounter('n')).toBe(0)
  })

  test('fails at once while the server is down, and is there again when it is back', async () => {
    const server = await startServer()
    const { state, warnings } = await open(`redis://127.0.0.1:${server.port}/p`)
    await state.incrCounter('n', 1)
    await state.putState('v', new Map([['a', 1]]))
    await server.kill()
    await expect
      .poll(() => state.getState('v').catch((error: Error) => error.message))
      .toMatch(
        new RegExp(
          `^Cannot get "v": Redis at 127.0.0.1:${server.port} does not answer \\(.*ECONNREFUSED.*\\): check that it runs$`,
        ),
      )
    await expect(state.incrCounter('n', 1)).rejects.toThrow('Cannot add to "n": Redis at')
    await expect(state.putState('v', 1)).rejects.toThrow('does not answer')
    await expect(state.deleteState('v')).rejects.toThrow('does not answer')
    await server.start()
    await expect.poll(() => state.getCounter('n').catch(() => undefined), { timeout: 10_000 }).toBe(1)
    expect(await state.getState('v')).toEqual(new Map([['a', 1]]))
    expect(warnings).toEqual([])
  })

  test('may be opened before its server is there', async () => {
    const server = await startServer()
    await server.kill()
    const { state, warnings } = await open(`redis://127.0.0.1:${server.port}/p`)
    expect(warnings).toEqual([expect.stringContaining('Cannot reach the state yet: Redis at 127.0.0.1')])
    await expect(state.getCounter('n')).rejects.toThrow('does not answer')
    await server.start()
    await expect.poll(() => state.getCounter('n').catch(() => undefined), { timeout: 10_000 }).toBe(0)
  })

  test('reports the refusal of the server', async () => {
    const { port } = await startServer()
    const { state } = await open(`redis://nobody:secret@127.0.0.1:${port}/p`)
    const message = await state.getState('v').catch((error: Error) => error.message)
    expect(message).toMatch(/WRONGPASS|does not answer/)
    expect(message).not.toContain('secret')
  })

  test.each([
    ['a text', ['SET', 'hello'], 'it holds the value "hello", which kplug did not write'],
    ['nothing', ['SET', ''], 'it holds the value "", which kplug did not write'],
    ['a fraction', ['SET', '1.5'], 'it holds the value "1.5", which kplug did not write'],
    ['a large number', ['SET', '90071992547409930'], 'it holds the value "90071992547409930", which'],
    ['a list', ['RPUSH', 'a'], 'it holds a Redis type other than a string, which kplug did not write'],
  ])('reports that kplug did not write %s', async (_, [command = '', value = ''], reason) => {
    const { port } = await startServer()
    const { state } = await open(`redis://127.0.0.1:${port}/p`)
    const client = new Redis(port)
    await client.call(command, 'p:function:f:rule/op/0//k', value)
    client.disconnect()
    const remedy = 'delete it, or use another prefix'
    await expect(state.getState('k')).rejects.toThrow(`Cannot get "k": ${reason}`)
    await expect(state.getCounter('k')).rejects.toThrow(remedy)
    await state.deleteState('k')
    expect(await state.incrCounter('k', 1)).toBe(1)
  })

  test('reports that a call without a reply may have taken effect', async () => {
    const server = await startServer()
    const { state } = await open(`redis://127.0.0.1:${server.port}/p`)
    await state.incrCounter('n', 1)
    server.pause()
    const refusals = await Promise.all(
      [state.incrCounter('n', 1), state.putState('v', 1), state.deleteState('v'), state.getState('v')].map(
        call => call.catch((error: Error) => error.message),
      ),
    )
    expect(refusals).toEqual([
      expect.stringMatching(
        /does not answer \(.*\), and the increment may have counted: check that it runs$/,
      ),
      expect.stringMatching(
        /does not answer \(.*\), and the value may have been stored: check that it runs$/,
      ),
      expect.stringMatching(/does not answer \(.*\), and the key may have been deleted: check that it runs$/),
      expect.stringMatching(/does not answer \([^)]*\): check that it runs$/),
    ])
  })

  test('refuses after its store was closed', async () => {
    const { port } = await startServer()
    const { store, state } = await open(`redis://127.0.0.1:${port}/p`)
    await store.close()
    await expect(state.getState('v')).rejects.toThrow('Cannot get "v": the state of function "f" is closed')
  })
})

test('a server that accepts and never replies does not block a call forever', async () => {
  const port = await freePort()
  const sockets: Socket[] = []
  const silent = createServer(socket => void sockets.push(socket)).listen(port, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })
  const { state } = await open(`redis://127.0.0.1:${port}/p`)
  await expect(state.getState('v')).rejects.toThrow(`Redis at 127.0.0.1:${port} does not answer`)
})
