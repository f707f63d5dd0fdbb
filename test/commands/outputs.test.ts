import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { outputsOf } from '../../src/commands/outputs.js'
import { folderWith } from '../support/folder.js'
import { FakeIo } from '../support/io.js'

test('the files that a command writes are its redirected output and those that it names', () => {
  const folder = folderWith({ 'rows.ndjson': '', 'record.ndjson': '', 'Ticks.ts': '' })
  fs.symlinkSync('loop.ts', path.join(folder, 'loop.ts'))
  const fd = fs.openSync(path.join(folder, 'rows.ndjson'), 'a')
  onTestFinished(() => fs.closeSync(fd))
  const io = new FakeIo(folder, [])
  Object.assign(io.stdout, { fd })
  const isOutput = outputsOf(io, 'record.ndjson')
  const isOf = (name: string): boolean => isOutput(path.join(folder, name))
  expect(['rows.ndjson', 'record.ndjson', 'Ticks.ts', 'none.ts', 'loop.ts'].filter(isOf)).toEqual([
    'rows.ndjson',
    'record.ndjson',
  ])
})
