import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Notes } from '../../src/host/notes.js'
import { folderWith } from '../support/folder.js'
import { call, command, FakeEngine } from '../support/fake-channels.js'
import { hosted } from '../support/package.js'
import { until } from '../support/until.js'

const died = 'The process of the package died with this request, which is not retried'
const echo = 'export class Echo { exec([value]) { return value } }'
const keep = 'export class Keep { collect(ctx, { n }) { ctx.logger.info("got " + n) } }'
const ticks = 'export class Ticks { async open(ctx) { await ctx.emit({ n: 1 }); await ctx.closed } }'

function noteFile(): number {
  const file = fs.openSync(path.join(folderWith(), 'notes'), 'w+')
  onTestFinished(() => fs.closeSync(file))
  return file
}

/** What a process that died has noted, for one that takes over. */
function after(note: (notes: Notes) => void = () => {}, file = noteFile()): { notes: Notes; tookOver: true } {
  note(new Notes(file))
  return { notes: new Notes(file), tookOver: true }
}

test('the request with which a process died is not retried, and the next one is run', async () => {
  const { functions } = await hosted({ 'functions/Echo': echo }, {}, after())
  const channel = functions.get('echo')
  await channel?.next()
  expect(await channel?.ask(call(1))).toBe(JSON.stringify({ state: false, result: died }))
  expect(await channel?.ask(call(2))).toBe('{"state":true,"result":2}')
})

test('the start with which a process died is not retried, and the next one is run', async () => {
  const { control } = await hosted({ 'functions/Echo': echo }, {}, after())
  await control.next()
  expect(await control.ask(command('start', 'function', 'echo'))).toBe(`Error: ${died}`)
  expect(await control.ask(command('start', 'function', 'echo'))).toBe('ok')
})

test('runs are restarted, and owed acknowledgements are sent', async () => {
  const keep1 = { meta: { ruleId: 'rule1', opId: 'keep', instanceId: 0 }, config: { requireAck: true } }
  const successor = after(notes => {
    notes.add('ticks', command('start', 'source', 'ticks'))
    notes.add('rule1_keep_0', command('start', 'sink', 'keep', keep1), true)
    notes.add('gone', command('start', 'sink', 'gone'), true)
  })
  const engine = new FakeEngine()
  const sink = { ruleId: 'rule1', opId: 'keep', instanceId: 0 }
  const [rows, answers] = [await engine.rows(), await engine.acknowledgements(sink)]
  const plugins = { 'sources/Ticks': ticks, 'sinks/Keep': keep }
  const { written } = await hosted(plugins, {}, successor, engine)
  expect(await rows.next()).toBe('{"message":{"n":1},"meta":{}}')
  expect(await answers.next()).toBe('{"error":"The process of the package died with this item"}')
  engine.items(sink)('{"n":2}')
  expect(await answers.next()).toBe('{}')
  expect(written.text).toContain('took over from a process that died')
})

test('a source whose rule the engine stopped meanwhile is not restarted', async () => {
  const file = noteFile()
  const successor = after(notes => notes.add('rule1_op_0', command('start', 'source', 'ticks')), file)
  const { written } = await hosted({ 'sources/Ticks': ticks }, {}, successor)
  await until('the log says so', () => written.text.includes('rule1_op_0 is not started again'))
  expect(new Notes(file).inherited).toEqual([])
})

test('a plugin that repeatedly crashes the process is suspended, and the others continue', async () => {
  const successor = after(notes => {
    notes.setDeaths(0, { count: 2, process: notes.process, until: 0 })
    notes.markOnStack(0, true)
  })
  const other = 'export class Other { exec([value]) { return value } }'
  const { functions, written } = await hosted(
    { 'functions/Echo': echo, 'functions/Other': other },
    {},
    successor,
  )
  const [echoes, others] = [functions.get('echo'), functions.get('other')]
  await Promise.all([echoes?.next(), others?.next()])
  for (const channel of [echoes, others]) await channel?.ask(call('the one that is not tried again'))
  expect(await echoes?.ask(call(1))).toContain(
    'ended the process of the package too often: calls are suspended for 10 s',
  )
  expect(await others?.ask(call(1))).toBe('{"state":true,"result":1}')
  expect(written.text).toContain(
    '[error] package things: The function "echo" ended the process of the package 3 times: calls are suspended for 10 s\n',
  )
})

test('the start of a removed function is accepted, and its calls fail', async () => {
  const { engine, control } = await hosted({ 'functions/Echo': echo })
  const dropped = await engine.function('dropped')
  await control.next()
  expect(await control.ask(command('start', 'function', 'dropped'))).toBe('ok')
  expect(await dropped.next()).toBe('handshake')
  expect(await dropped.ask(call(1))).toBe(
    '{"state":false,"result":"Package \\"things\\" has no function \\"dropped\\" in this version"}',
  )
})

test('an acknowledgement that was not sent is still owed', async () => {
  const file = fs.openSync(path.join(folderWith(), 'notes'), 'w+')
  onTestFinished(() => fs.closeSync(file))
  const { engine, control } = await hosted({ 'sinks/Keep': keep }, {}, { notes: new Notes(file) })
  await control.next()
  const place = { ruleId: 'rule1', opId: 'keep', instanceId: 0 }
  await control.ask(command('start', 'sink', 'keep', { meta: place, config: { requireAck: true } }))
  engine.items(place)('{"n":1}')
  await until('the item is taken', () => new Notes(file).inherited[0]?.owesAcknowledgement)
  // Nobody listens for it yet.
  const answers = await engine.acknowledgements(place)
  expect(await answers.next()).toBe('{}')
  await until('it is noted', () => new Notes(file).inherited[0]?.owesAcknowledgement === false)
})
