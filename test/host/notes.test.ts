import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { busy, Notes } from '../../src/host/notes.js'
import { folderWith } from '../support/folder.js'

/** A file as the supervisor hands it down. */
function notesFile(): number {
  const file = fs.openSync(path.join(folderWith(), 'notes'), 'w+')
  onTestFinished(() => fs.closeSync(file))
  return file
}

const run = (key: string, owesAcknowledgement = false) => ({
  key,
  command: `start ${key}`,
  owesAcknowledgement,
})

test('what runs is noted for the next process, and stays noted until that has taken it over', () => {
  const file = notesFile()
  const first = new Notes(file)
  for (const key of ['a', 'b', 'c']) first.add(key, `start ${key}`)
  first.remove('b')
  first.mark('c', true)
  // Killed before it could take anything over, as is the one after it.
  expect(new Notes(file).inherited).toEqual([run('a'), run('c', true)])
  const third = new Notes(file)
  expect(third.inherited).toEqual([run('a'), run('c', true)])
  third.add('c', 'start c')
  third.remove('a')
  expect(new Notes(file).inherited).toEqual([run('c')])
})

test('a run that is taken over goes on to owe its acknowledgement', () => {
  const file = notesFile()
  const first = new Notes(file)
  first.add('a', 'start a')
  first.mark('a', true)
  new Notes(file).add('a', 'start a', true)
  expect(new Notes(file).inherited).toEqual([run('a', true)])
})

test('a slot that is used again owes nothing', () => {
  const file = notesFile()
  const notes = new Notes(file)
  notes.add('a', 'start a')
  notes.mark('a', true)
  notes.remove('a')
  notes.add('b', 'start b')
  expect(new Notes(file).inherited).toEqual([run('b')])
})

test('a text that gets shorter leaves nothing of the longer one', () => {
  const file = notesFile()
  const notes = new Notes(file)
  notes.add('a', 'x'.repeat(10_000))
  notes.remove('a')
  expect(new Notes(file).inherited).toEqual([])
})

test.each([
  ['the one on the stack, not those that wait', { 0: busy.awaited, 1: busy.onStack, 2: busy.awaited }, [1]],
  ['the only one that waits', { 2: busy.awaited }, [2]],
  ['none of several that wait', { 0: busy.awaited, 2: busy.awaited }, []],
  ['none where nothing was at work', { 0: busy.no }, []],
])('suspected is %s', (_what, marks, suspects) => {
  const file = notesFile()
  const notes = new Notes(file)
  for (const [plugin, how] of Object.entries(marks)) notes.markBusy(Number(plugin), how)
  notes.add('a', 'start a')
  expect(new Notes(file).suspects).toEqual(suspects)
  // The next process has its own.
  expect(new Notes(file).suspects).toEqual([])
})

test('deaths are counted over processes', () => {
  const file = notesFile()
  new Notes(file).setDeaths(1, { count: 2, until: 5 })
  expect(new Notes(file).deathsOf(1)).toEqual({ count: 2, until: 5 })
  new Notes(file).forgetDeaths()
  expect(new Notes(file).deathsOf(1)).toBeUndefined()
})

test('a file that a plugin has closed, or none at all, is no error', () => {
  const file = fs.openSync(path.join(folderWith(), 'notes'), 'w+')
  const closed = new Notes(file)
  fs.closeSync(file)
  for (const notes of [closed, new Notes(undefined)]) {
    notes.add('a', 'start a')
    notes.mark('a', true)
    expect(notes.inherited).toEqual([])
  }
})
