import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Notes } from '../../src/host/notes.js'
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

test('runs are recorded for the next process until it has taken them over', () => {
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

test('a run that is taken over still owes its acknowledgement', () => {
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

test('a shorter text leaves nothing of a longer one', () => {
  const file = notesFile()
  const notes = new Notes(file)
  notes.add('a', 'x'.repeat(10_000))
  notes.remove('a')
  expect(new Notes(file).inherited).toEqual([])
})

test('plugins whose code was on the stack are suspected', () => {
  const file = notesFile()
  const notes = new Notes(file)
  for (const plugin of [0, 1, 2]) notes.markOnStack(plugin, true)
  notes.markOnStack(1, false)
  expect(new Notes(file).suspects).toEqual([0, 2])
  // The next process has its own.
  expect(new Notes(file).suspects).toEqual([])
})

test('processes and deaths are counted', () => {
  const file = notesFile()
  const first = new Notes(file)
  first.add('a', 'start a')
  const second = new Notes(file)
  second.setDeaths(1, { count: 2, process: 2, until: 5 })
  expect([first.process, second.process, new Notes(file).process]).toEqual([1, 2, 3])
  expect(new Notes(file).deathsOf(1)).toEqual({ count: 2, process: 2, until: 5 })
})

test('a file that a plugin has closed, or a missing file, is not an error', () => {
  const file = fs.openSync(path.join(folderWith(), 'notes'), 'w+')
  const closed = new Notes(file)
  fs.closeSync(file)
  for (const notes of [closed, new Notes(undefined)]) {
    notes.add('a', 'start a')
    notes.mark('a', true)
    expect(notes.inherited).toEqual([])
  }
})
