import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test, vi } from 'vitest'
import { Recorder } from '../../src/run/recorder.js'
import { replayed } from '../../src/run/replay.js'
import { folderWith } from '../support/folder.js'

async function play(file: string, speed: number): Promise<string[]> {
  const rows: string[] = []
  for await (const lines of replayed({ file, speed }, new AbortController().signal)) rows.push(...lines)
  return rows
}

test('a recording gets its name when it is complete, and replaces an older one', async () => {
  const folder = folderWith({ 'rows.ndjson': 'old' })
  const file = path.join(folder, 'rows.ndjson')
  const recorder = new Recorder(file, () => {})
  recorder.add('{"id":9007199254740993}')
  expect(fs.readFileSync(file, 'utf8')).toBe('old')
  recorder.close()
  expect(fs.readdirSync(folder)).toEqual(['rows.ndjson'])
  expect(await play(file, Infinity)).toEqual(['{"id":9007199254740993}'])
})

test('a full recording is reported once, and keeps complete rows', async () => {
  const file = path.join(folderWith(), 'rows.ndjson')
  const said: string[] = []
  const recorder = new Recorder(file, text => said.push(text), { limit: 64 })
  for (const row of ['{"a":1}', '{"a":2}', '{"a":3}', '{"a":4}']) recorder.add(row)
  recorder.close()
  expect(await play(file, Infinity)).toEqual(['{"a":1}'])
  expect(said).toEqual([
    expect.stringContaining('The recording ends after 1 row: it has reached '),
    `Recorded 1 row to ${file}`,
  ])
})

test('a full disk ends the recording after the last whole row', async () => {
  const file = path.join(folderWith(), 'rows.ndjson')
  const said: string[] = []
  let space = true
  const write = (fd: number, line: Buffer): number => {
    if (space) return fs.writeSync(fd, line)
    fs.writeSync(fd, line.subarray(0, 9))
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' })
  }
  const recorder = new Recorder(file, text => said.push(text), { write })
  recorder.add('{"a":1}')
  space = false
  recorder.add('{"a":2}')
  recorder.close()
  expect(await play(file, Infinity)).toEqual(['{"a":1}'])
  expect(said[0]).toMatch(/^The recording ends after 1 row: the disk is full/)
})

test('rows are played at the pace of the recording', async () => {
  vi.useFakeTimers()
  try {
    const file = path.join(folderWith({ r: '{"time":1000,"row":{}}\n{"time":3000,"row":{}}\n{}\n' }), 'r')
    const rows = replayed({ file, speed: 4 }, new AbortController().signal)
    const first = await rows.next()
    expect(first.value).toEqual(['{}'])
    let came = false
    const second = rows.next().then(() => (came = true))
    await vi.advanceTimersByTimeAsync(499)
    expect(came).toBe(false)
    await vi.advanceTimersByTimeAsync(2)
    await second
    expect((await rows.next()).value).toEqual(['{}'])
    expect((await rows.next()).done).toBe(true)
  } finally {
    vi.useRealTimers()
  }
})
