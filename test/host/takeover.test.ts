import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { RunningNotes } from '../../src/host/takeover.js'
import { folderWith } from '../support/folder.js'
import { call, command } from '../support/fake-channels.js'
import { hosted } from '../support/package.js'

const died = 'The process of the package died with this request, which is not tried again'
const echo = 'export class Echo { exec([value]) { return value } }'
const keep = 'export class Keep { collect(ctx, { n }) { ctx.logger.info("got " + n) } }'
const ticks = 'export class Ticks { async open(ctx) { await ctx.emit({ n: 1 }); await ctx.closed } }'

function notesIn(file: number): RunningNotes {
  return new RunningNotes(file)
}

function namelessFile(): number {
  const file = fs.openSync(path.join(folderWith(), 'notes'), 'w+')
  onTestFinished(() => fs.closeSync(file))
  return file
}

test('notes are there for the next process, and the one after it', () => {
  const file = namelessFile()
  const first = notesIn(file)
  for (const key of ['a', 'b', 'c']) first.add(key, `start ${key}`)
  first.remove('b')
  first.mark('c', true)
  const inherited = [
    { command: 'start a', owesAcknowledgement: false },
    { command: 'start c', owesAcknowledgement: true },
  ]
  const second = notesIn(file)
  expect(second.inherited()).toEqual(inherited)
  expect(notesIn(file).inherited()).toEqual([])
  second.add('d', 'start d')
  expect(notesIn(file).inherited()).toEqual([{ command: 'start d', owesAcknowledgement: false }])
})

test('a slot that is used again owes nothing', () => {
  const file = namelessFile()
  const notes = notesIn(file)
  notes.add('a', 'start a')
  notes.mark('a', true)
  notes.remove('a')
  notes.add('b', 'start b')
  expect(notesIn(file).inherited()).toEqual([{ command: 'start b', owesAcknowledgement: false }])
})

test('without a file nothing is noted', () => {
  const notes = new RunningNotes(undefined)
  notes.add('a', 'start a')
  notes.mark('a', true)
  expect(notes.inherited()).toEqual([])
})

test('the request that a process died with is not run again, the next one is', async () => {
  const { functions } = await hosted({ 'functions/Echo': echo }, {}, { inherited: [] })
  const channel = functions.get('echo')
  await channel?.next()
  expect(await channel?.ask(call(1))).toBe(JSON.stringify({ state: false, result: died }))
  expect(await channel?.ask(call(2))).toBe('{"state":true,"result":2}')
})

test('the start that a process died with is not run again, the next one is', async () => {
  const { control } = await hosted({ 'functions/Echo': echo }, {}, { inherited: [] })
  await control.next()
  expect(await control.ask(command('start', 'func', 'echo'))).toBe(`Error: ${died}`)
  expect(await control.ask(command('start', 'func', 'echo'))).toBe('ok')
})

test('what was running runs again, and owed acknowledgements are given', async () => {
  const inherited = [
    { command: command('start', 'source', 'ticks'), owesAcknowledgement: false },
    {
      command: command('start', 'sink', 'keep', {
        meta: { ruleId: 'rule1', opId: 'keep', instanceId: 0 },
        config: { requireAck: true },
      }),
      owesAcknowledgement: true,
    },
    { command: command('start', 'sink', 'gone'), owesAcknowledgement: true },
  ]
  const { engine, written } = await hosted({ 'sources/Ticks': ticks, 'sinks/Keep': keep }, {}, { inherited })
  const sink = { ruleId: 'rule1', opId: 'keep', instanceId: 0 }
  const [rows, answers] = [await engine.rows(), await engine.acknowledgements(sink)]
  expect(await rows.next()).toBe('{"message":{"n":1},"meta":{}}')
  expect(await answers.next()).toBe('{"error":"The process of the package died with this item"}')
  engine.items(sink)('{"n":2}')
  expect(await answers.next()).toBe('{}')
  expect(written.text).toContain('took over from a process that died')
})
