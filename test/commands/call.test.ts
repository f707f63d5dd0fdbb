import { expect, test } from 'vitest'
import { textFrame } from '../../src/engine/first-message.js'
import { FakeEngine } from '../support/fake-rest.js'
import { folderWith } from '../support/folder.js'
import { kplug } from '../support/io.js'

test('a function is called once with its arguments, and nothing is left in the engine', async () => {
  const engine = await FakeEngine.start()
  engine.testRow = { value: { total: 3 } }
  const args = ['1.5', 'text', '{"a":1}', '"2"']
  const outcome = await kplug(folderWith(), 'call', 'function', 'turn', ...args, '--engine', engine.url)
  expect(outcome).toEqual({ code: 0, stdout: '{"total":3}\n', stderr: '' })
  expect(engine.test['sql']).toMatch(/^SELECT turn\(a0, a1, a2, a3\) AS value FROM kplugCall\w+$/)
  const [mock] = Object.values(engine.test['mockSource'] ?? {})
  expect(mock).toMatchObject({ data: [{ a0: 1.5, a1: 'text', a2: { a: 1 }, a3: '2' }] })
  expect(engine.streams).toEqual({})
  expect(engine.asked.at(-2)).toMatch(/^DELETE \/ruletest\//)
})

test('with --json the result is the field of an object', async () => {
  const engine = await FakeEngine.start()
  engine.testRow = { value: null }
  const outcome = await kplug(folderWith(), 'call', 'function', 'turn', '--json', '--engine', engine.url)
  expect(outcome).toEqual({ code: 0, stdout: '{\n  "value": null\n}\n', stderr: '' })
})

test('an aggregate function is called over a window', async () => {
  const engine = await FakeEngine.start()
  engine.metadata['functions'] = [{ functions: [{ name: 'total', aggregate: true }] }]
  engine.testRow = { value: 1 }
  await kplug(folderWith(), 'call', 'function', 'total', '1', '--engine', engine.url)
  expect(engine.test['sql']).toContain(' GROUP BY COUNTWINDOW(1)')
})

test.each(['no model', { error: 'no model' }])('the error %j is printed, with exit code 1', async row => {
  const engine = await FakeEngine.start()
  engine.testRow = row
  expect(await kplug(folderWith(), 'call', 'function', 'turn', '--engine', engine.url)).toEqual({
    code: 1,
    stdout: '',
    stderr: 'no model\n',
  })
})

test('only functions can be called, and only in an engine', async () => {
  const sink = await kplug(folderWith(), 'call', 'sink', 'save', '--engine', 'http://127.0.0.1:1')
  expect(sink).toMatchObject({ code: 2, stderr: 'Cannot call a sink: only functions can be called\n' })
  expect(await kplug(folderWith(), 'call', 'function', 'turn')).toMatchObject({ code: 2 })
})

test.each<[string, string | undefined]>([
  ['8102', undefined],
  ['81026869', 'hi'],
  ['890081026869', 'hi'],
  ['817e000468696869', 'hihi'],
  ['817f00000000000000026869', 'hi'],
  ['81', undefined],
  ['817e00', undefined],
])('the WebSocket frames %s hold %j', (hex, text) => {
  expect(textFrame(Buffer.from(hex, 'hex'))).toBe(text)
})
