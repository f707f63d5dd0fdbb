import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src/state/open.js'
import type { StateStore } from '../../src/state/store.js'
import { registerType } from '../../src/state/types.js'
import { binary, node } from '../support/binary.js'
import { kplug } from '../support/io.js'
import { hasRedis, RedisServer } from '../support/redis-server.js'
import { temporaryFolder } from '../support/temporary.js'

const place = { ruleId: 'rule1', opId: '2_project', instanceId: 0, funcId: 1 }

class Point {
  x = 1
}

async function opened(address: string): Promise<StateStore> {
  return openStore(address, { warn: () => {}, checkpoint: 'off' })
}

async function fill(address: string): Promise<void> {
  const store = await opened(address)
  const words = await store.open('function', 'wordCount')
  await words.at(place).incrCounter('words', 7)
  await words.at(place).putState('last', { at: new Date(0), tags: ['a'] })
  await words.at({ ...place, ruleId: 'rule/2' }).putState('odd\nkey', [1, 'two'])
  const print = await store.open('sink', 'print')
  await print.at({ ruleId: 'rule1', opId: 'print_0', instanceId: 2 }).putState('seen', 'x')
  await store.close()
}

async function filledFolder(): Promise<string> {
  const folder = temporaryFolder()
  await fill(`file:${path.join(folder, 'state')}`)
  return folder
}

const listed = [
  'TYPE      NAME       RULE    OPERATOR   INSTANCE  KEYS',
  'sink      print      rule1   print_0    2         1',
  'function  wordCount  rule1   2_project  0/1       2',
  'function  wordCount  rule/2  2_project  0/1       1',
  '',
].join('\n')

const shown = [
  'sink print in rule1/print_0/2',
  "  'seen'  'x'",
  '',
  'function wordCount in rule1/2_project/0/1',
  "  'words'  7, a counter",
  "  'last'   { at: 1970-01-01T00:00:00.000Z, tags: [ 'a' ] }",
  '',
  'function wordCount in rule/2/2_project/0/1',
  "  'odd\\nkey'  [ 1, 'two' ]",
  '',
].join('\n')

describe('kplug state', () => {
  test('list prints each plugin and rule, with the number of keys', async () => {
    expect(await kplug(await filledFolder(), 'state', 'list', 'state')).toEqual({
      code: 0,
      stdout: listed,
      stderr: '',
    })
  })

  test('show prints counters and values', async () => {
    const folder = await filledFolder()
    expect(await kplug(folder, 'state', 'show', 'file:state')).toEqual({ code: 0, stdout: shown, stderr: '' })
  })

  test('show --json prints values as JSON, or as a text if JSON would change them', async () => {
    const folder = await filledFolder()
    const { stdout } = await kplug(folder, 'state', 'show', 'state', '--plugin', 'wordCount', '--json')
    const function1 = { type: 'function', name: 'wordCount', ...place }
    expect(JSON.parse(stdout)).toEqual([
      { ...function1, key: 'words', counter: 7 },
      { ...function1, key: 'last', text: "{ at: 1970-01-01T00:00:00.000Z, tags: [ 'a' ] }" },
      { ...function1, ruleId: 'rule/2', key: 'odd\nkey', value: [1, 'two'] },
    ])
  })

  test.each([
    [['--rule', 'rule/2'], 1],
    [['--plugin', 'sink/print'], 1],
    [['--plugin', 'wordCount', '--key', 'words'], 1],
    [['--rule', 'rule1'], 3],
  ])('clear %j removes what matches, and nothing else', async (filter, count) => {
    const folder = await filledFolder()
    const before = await kplug(folder, 'state', 'list', 'state', ...filter, '--json')
    expect(JSON.parse(before.stdout)).toHaveLength(count)
    const cleared = await kplug(folder, 'state', 'clear', 'state', ...filter)
    expect(cleared).toEqual({
      code: 0,
      stdout: `Cleared ${count} key${count === 1 ? '' : 's'}\n`,
      stderr: '',
    })
    const after = await kplug(folder, 'state', 'list', 'state', '--json')
    expect(JSON.parse(after.stdout)).toHaveLength(4 - count)
    expect(await kplug(folder, 'state', 'show', 'state', ...filter)).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No state in state matches\n',
    })
  })

  test('clear --all removes everything', async () => {
    const folder = await filledFolder()
    expect((await kplug(folder, 'state', 'clear', 'state', '--all')).stdout).toBe('Cleared 4 keys\n')
    expect(await kplug(folder, 'state', 'list', 'state')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No state in state\n',
    })
  })

  test('list and show read a state that a process uses; clear refuses it', async () => {
    const folder = await filledFolder()
    const store = await opened(`file:${path.join(folder, 'state')}`)
    onTestFinished(() => store.close())
    await (await store.open('function', 'wordCount')).at(place).incrCounter('words', 1)
    expect((await kplug(folder, 'state', 'show', 'state', '--key', 'words')).stdout).toContain('8, a counter')
    const { code, stderr } = await kplug(folder, 'state', 'clear', 'state', '--key', 'words')
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('has it open, and did not close it within 0 ms'),
    ])
    expect(await kplug(folder, 'state', 'clear', 'state', '--plugin', 'print')).toMatchObject({ code: 0 })
  })

  test('a value whose class only the plugin knows is shown as a sentence', async () => {
    const folder = temporaryFolder()
    registerType('Forgotten', Point)
    const store = await opened(`file:${folder}`)
    await (await store.open('source', 's')).at(place).putState('p', new Point())
    await store.close()
    // A process of its own knows nothing of the class.
    const { stdout } = await node(folder, [binary, 'state', 'show', '.'])
    expect(stdout).toContain(
      `'p'  cannot be shown: it holds an instance of "Forgotten", which is not registered: register it with registerType`,
    )
  })

  test.each([
    [['list', 'missing'], 'Cannot read the state in "FOLDER/missing": it does not exist'],
    [['lst', 'x'], 'Invalid action "lst": did you mean "list"?'],
    [['drop', 'x'], 'Invalid action "drop": use list, show or clear'],
    [
      ['clear', 'x'],
      'Cannot clear a state without a filter: use "--plugin", "--rule" or "--key", or "--all" for everything',
    ],
    [
      ['clear', 'x', '--all', '--rule', 'r'],
      'Cannot combine "--all" with "--plugin", "--rule" or "--key": use "--all" alone to clear everything',
    ],
    [
      ['list', 'redis://'],
      'Invalid state "redis://": use "memory", "file:DIR" or "redis://HOST:PORT/PREFIX"',
    ],
  ])('%j is refused with one sentence', async (typed, sentence) => {
    const folder = temporaryFolder()
    const { code, stdout, stderr } = await kplug(folder, 'state', ...typed)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr.split('\n')[0]).toContain(sentence.replace('FOLDER', folder))
  })

  test('a damaged journal is named, and clear does not touch it', async () => {
    const folder = await filledFolder()
    const journal = path.join(folder, 'state', 'sink', 'print', 'journal-1')
    fs.truncateSync(journal, 0)
    for (const action of [['list'], ['clear', '--all']]) {
      const [verb = '', ...rest] = action
      const { code, stderr } = await kplug(folder, 'state', verb, 'state', ...rest)
      expect([code, stderr]).toEqual([2, expect.stringContaining('"journal-1" is empty: restore the folder')])
    }
    expect(fs.statSync(journal).size).toBe(0)
  })
})

describe.runIf(hasRedis)('kplug state with Redis', () => {
  test('lists, shows and clears keys with its prefix, and reports keys that kplug did not write', async () => {
    const server = await RedisServer.start(temporaryFolder())
    onTestFinished(() => server.kill())
    const address = `redis://127.0.0.1:${server.port}/shop*`
    await fill(address)
    await fill(`redis://127.0.0.1:${server.port}/shop2`)
    const folder = temporaryFolder()
    const { stdout } = await kplug(folder, 'state', 'list', address)
    expect(stdout.split('\n').toSorted()).toEqual(listed.split('\n').toSorted())
    const cleared = await kplug(folder, 'state', 'clear', address, '--rule', 'rule1')
    expect(cleared.stdout).toBe('Cleared 3 keys\n')
    expect((await kplug(folder, 'state', 'clear', address, '--all')).stdout).toBe('Cleared 1 key\n')
    expect(
      JSON.parse((await kplug(folder, 'state', 'list', address.replace('*', '2'), '--json')).stdout),
    ).toHaveLength(4)
  })

  test('an unreachable server is reported in one sentence', async () => {
    const { code, stderr } = await kplug(temporaryFolder(), 'state', 'list', 'redis://127.0.0.1:1/p')
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^Cannot read the state: Redis at 127\.0\.0\.1:1 does not answer \(.*\): check that it runs/,
      ),
    ])
  })
})
