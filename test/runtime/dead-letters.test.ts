import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { decodeRecordedRow } from '../../src/data/recorded-row.js'
import { DeadLetters, keepsRefused } from '../../src/runtime/dead-letters.js'
import { folderWith } from '../support/folder.js'

const facts = { rule: 'r', sink: 's', reason: 'no' }

/** Where a test keeps rows, what it was warned of, and the rows of a file. */
function letters(limits: ConstructorParameters<typeof DeadLetters>[2] = {}) {
  const folder = folderWith()
  const warnings: string[] = []
  const kept = new DeadLetters(path.join(folder, 'data', 'd.ndjson'), text => warnings.push(text), limits)
  const rows = (name = 'd.ndjson'): string[] =>
    fs
      .readFileSync(path.join(folder, 'data', name), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map(line => decodeRecordedRow(line).row)
  return { kept, warnings, rows, folder }
}

test.each([
  ['{"id":9007199254740993,"x":1.0}', '{"id":9007199254740993,"x":1.0}'],
  ['{\n  "id": 9007199254740993\n}', '{"id":9007199254740993}'],
  [Buffer.of(0xff, 0), '"/wA="'],
  ['not JSON', '"bm90IEpTT04="'],
])('the item %j is kept as %s', (item, row) => {
  const { kept, rows } = letters()
  kept.keep(facts, item)
  expect(rows()).toEqual([row])
})

test('a row is kept with its time, rule, sink and reason, without passwords, and only its owner can read it', () => {
  const { kept, folder } = letters()
  kept.keep({ ...facts, reason: 'connect mqtt://joe:pa55@host' }, '{}')
  const file = path.join(folder, 'data', 'd.ndjson')
  expect(fs.readFileSync(file, 'utf8')).toMatch(
    /^\{"time":\d+,"rule":"r","sink":"s","reason":"connect mqtt:\/\/\*\*\*@host","row":\{\}\}\n$/,
  )
  expect(fs.statSync(file).mode & 0o777).toBe(0o600)
})

test('the latest rows are kept within the limit', () => {
  const { kept, rows, folder } = letters({ limit: 400 })
  for (let n = 0; n < 50; n += 1) kept.keep(facts, `{"n":${n}}`)
  expect([...rows('d.1.ndjson'), ...rows()]).toEqual(['{"n":46}', '{"n":47}', '{"n":48}', '{"n":49}'])
  const sizes = fs
    .readdirSync(path.join(folder, 'data'))
    .map(name => fs.statSync(path.join(folder, 'data', name)).size)
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(400)
})

test('a full disk costs the row and one warning, and leaves whole rows', () => {
  let space = true
  const write = (fd: number, line: Buffer): number => {
    if (space) return fs.writeSync(fd, line)
    fs.writeSync(fd, line.subarray(0, 9))
    throw new Error('ENOSPC: no space left on device')
  }
  const { kept, rows, warnings } = letters({ write })
  kept.keep(facts, '{"n":1}')
  space = false
  for (const item of ['{"n":2}', '{"n":3}']) kept.keep(facts, item)
  expect(rows()).toEqual(['{"n":1}'])
  expect(warnings).toEqual([expect.stringMatching(/^Cannot store a refused row in .*: ENOSPC/)])
  space = true
  kept.keep(facts, '{"n":4}')
  expect(rows()).toEqual(['{"n":1}', '{"n":4}'])
})

test('a row that is longer than the file may be is not kept', () => {
  const { kept, warnings } = letters({ limit: 100 })
  kept.keep(facts, `{"text":"${'a'.repeat(100)}"}`)
  expect(warnings).toEqual([expect.stringMatching(/: it has \d+ bytes, and the limit is 50$/)])
})

test.each([
  [{}, false, false],
  [{}, true, true],
  [{ deadLetters: true }, false, true],
  [{ deadLetters: false }, true, false],
  [{ deadLetters: 'a property of the plugin' }, true, true],
  [{ requireAck: true }, true, true],
  [{ requireAck: true, enableCache: true }, true, false],
  [{ requireAck: true, resendInterval: '100ms' }, true, false],
  [{ enableCache: true }, true, true],
])('with the action %j and the package’s %j, refused rows are kept: %j', (props, byDefault, kept) => {
  expect(keepsRefused(props, byDefault)).toBe(kept)
})
