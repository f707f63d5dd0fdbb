import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../../src/state/open.js'
import type { PluginState, State, StateStore } from '../../src/state/store.js'
import { hasRedis, RedisServer } from '../support/redis-server.js'

const home = { ruleId: 'rule1', opId: 'op', instanceId: 0, funcId: 2 }
const options = {
  warn(sentence: string): void {
    throw new Error(sentence)
  },
}

let folder: string
let redis: RedisServer | undefined
let round = 0

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'kplug-state-'))
  if (hasRedis) redis = await RedisServer.start(folder)
})

afterAll(async () => {
  await redis?.kill()
  fs.rmSync(folder, { recursive: true })
})

const drivers = [
  { name: 'memory', spec: () => 'memory' },
  { name: 'file', spec: () => `file:${path.join(folder, String(round))}` },
  { name: 'redis', spec: () => `redis://127.0.0.1:${redis?.port}/test:${round}`, skip: !hasRedis },
]

describe.each(drivers)('the $name driver', ({ spec, skip }) => {
  if (skip) return test.skip('needs redis-server', () => {})

  let store: StateStore
  let space: PluginState
  let state: State

  beforeEach(async () => {
    round += 1
    store = await openStore(spec(), options)
    space = await store.open('function', 'count')
    state = space.at(home)
  })
  afterEach(() => store.close())

  test('a missing key has no value and counts 0', async () => {
    expect(await state.getState('none')).toBeUndefined()
    expect(await state.getCounter('none')).toBe(0)
    expect(await state.deleteState('none')).toBeUndefined()
  })

  test('a value is kept until it is replaced or deleted', async () => {
    await state.putState('row', { at: new Date(0) })
    expect(await state.getState('row')).toEqual({ at: new Date(0) })
    await state.putState('row', 'other')
    expect(await state.getState('row')).toBe('other')
    await state.deleteState('row')
    expect(await state.getState('row')).toBeUndefined()
  })

  test('a counter adds whole numbers and gives the new count', async () => {
    expect(await state.incrCounter('n', 5)).toBe(5)
    expect(await state.incrCounter('n', -7)).toBe(-2)
    expect(await state.incrCounter('n', 0)).toBe(-2)
    expect(await state.getCounter('n')).toBe(-2)
  })

  test('counters and values share one space of keys', async () => {
    await state.incrCounter('n', 3)
    expect(await state.getState('n')).toBe(3)
    await state.putState('n', 4)
    await expect(state.getCounter('n')).rejects.toThrow(
      'Cannot count "n": it holds a value, not a counter: read it with getState',
    )
    await expect(state.incrCounter('n', 1)).rejects.toThrow(
      'Cannot add to "n": it holds a value, not a counter: delete it first',
    )
    expect(await state.getState('n')).toBe(4)
    await state.deleteState('n')
    expect(await state.incrCounter('n', 1)).toBe(1)
    await state.deleteState('n')
    expect(await state.getCounter('n')).toBe(0)
  })

  test.each([
    [0.5, '0.5'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [2 ** 53, '9007199254740992'],
    ['1', '"1"'],
    [1n, '1'],
    [undefined, 'undefined'],
    [{}, 'an object'],
  ])('a counter refuses to add %s', async (amount, shown) => {
    await state.incrCounter('n', 1)
    await expect(state.incrCounter('n', amount as number)).rejects.toThrow(
      `Cannot add to "n": ${shown} is not a whole number`,
    )
    expect(await state.getCounter('n')).toBe(1)
  })

  test.each([1, -1])('a counter reaches the last exact number, and no further (sign %i)', async sign => {
    const last = Number.MAX_SAFE_INTEGER * sign
    expect(await state.incrCounter('n', last)).toBe(last)
    await expect(state.incrCounter('n', sign)).rejects.toThrow('the largest whole number that is exact')
    await expect(state.incrCounter('n', last)).rejects.toThrow('the largest whole number that is exact')
    expect(await state.getCounter('n')).toBe(last)
  })

  test('calls take effect in their order, awaited or not', async () => {
    const sums = await Promise.all(Array.from({ length: 2000 }, () => state.incrCounter('n', 1)))
    expect(sums).toEqual(Array.from({ length: 2000 }, (_, index) => index + 1))
    const puts = ['a', 'b', 'a'].map((key, index) => state.putState(key, [index]))
    expect(await state.getState('a')).toEqual([2])
    expect(await state.getState('b')).toEqual([1])
    await Promise.all(puts)
  })

  test('changes of a put or returned value do not change the stored one', async () => {
    const list = [1]
    const put = state.putState('list', list)
    list.push(2)
    await put
    const got = (await state.getState('list')) as number[]
    got.push(3)
    expect(await state.getState('list')).toEqual([1])
  })

  test.each(['', ' ', 'a/b', 'ключ', '🔑', '\0', '%2F', '__proto__', 'x'.repeat(65_535)])(
    'any text is a key (%#)',
    async key => {
      await state.incrCounter(key, 1)
      await state.putState(`${key}.`, key)
      expect(await state.getCounter(key)).toBe(1)
      expect(await state.getState(`${key}.`)).toBe(key)
    },
  )

  test.each([
    [1, 'Cannot get 1: a key is a string'],
    [undefined, 'Cannot get undefined: a key is a string'],
    [{}, 'Cannot get an object: a key is a string'],
    ['\ud800', 'the key holds half of a surrogate pair, which UTF-8 cannot write'],
    ['x'.repeat(64 * 1024 + 1), 'the key has 65537 characters: the limit is 65536'],
  ])('an invalid key is refused (%#)', async (key, message) => {
    await expect(state.getState(key as string)).rejects.toThrow(message)
  })

  test('a value that the state cannot hold changes nothing', async () => {
    await state.putState('row', 1)
    await expect(state.putState('row', { on: { change: () => {} } })).rejects.toThrow(
      'Cannot put "row": on.change is a function, and state is data: leave it out',
    )
    expect(await state.getState('row')).toBe(1)
  })

  test('undefined is a value, which reads like a missing one', async () => {
    await state.putState('k', undefined)
    expect(await state.getState('k')).toBeUndefined()
    await expect(state.incrCounter('k', 1)).rejects.toThrow('not a counter')
  })

  test.each([
    { ...home, ruleId: 'rule2' },
    { ...home, opId: 'op2' },
    { ...home, instanceId: 1 },
    { ...home, funcId: 3 },
    { ruleId: 'rule1', opId: 'op', instanceId: 0 },
    { ...home, ruleId: 'rule1/op', opId: '' },
    { ...home, ruleId: 'rule1%2Fop', opId: '' },
  ])('another place has other keys: $ruleId $opId $instanceId $funcId', async place => {
    const other = space.at(place)
    await other.incrCounter('n', 1)
    await state.incrCounter('n', 10)
    expect(await other.getCounter('n')).toBe(1)
    expect(await space.at({ ...place }).getCounter('n')).toBe(1)
  })

  test('slashes and escapes in the ids of a rule lead nowhere else', async () => {
    const places = ['a/b', 'a%2Fb', 'a%252Fb'].map(ruleId => space.at({ ...home, ruleId }))
    for (const place of places) expect(await place.incrCounter('n', 1)).toBe(1)
    await space.at({ ruleId: 'rule1/op', opId: '0', instanceId: 2 }).incrCounter('n', 1)
    expect(await state.getCounter('/n')).toBe(0)
  })

  test('another plugin has other keys', async () => {
    await state.incrCounter('n', 1)
    const sink = await store.open('sink', 'count')
    const other = await store.open('function', 'other')
    expect(await sink.at(home).getCounter('n')).toBe(0)
    expect(await other.at(home).getCounter('n')).toBe(0)
  })

  test('a space that is opened again keeps its contents, and the closed one refuses calls', async () => {
    await state.incrCounter('n', 1)
    await state.putState('row', [undefined, -0])
    await space.close()
    await space.close()
    await expect(state.getCounter('n')).rejects.toThrow(
      'Cannot count "n": the state of function "count" is closed',
    )
    const again = (await store.open('function', 'count')).at(home)
    expect(await again.incrCounter('n', 1)).toBe(2)
    expect(await again.getState('row')).toEqual([undefined, -0])
  })

  test.each(['', '.', '..', '../other', 'a/b', 'a\\b', 'a\0b', '.hidden', 'x'.repeat(200)])(
    'no name leads out of its folder: %j',
    async name => {
      await expect(store.open('function', name)).rejects.toThrow(
        'only letters, digits, "_" and "-" make a folder',
      )
      await expect(store.open(name, 'count')).rejects.toThrow(
        'only letters, digits, "_" and "-" make a folder',
      )
    },
  )
})
