import { execFileSync } from 'node:child_process'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { checksumsFile, decodeChecksums, withChecksums } from '../../src/package/checksums.js'
import type { PackageEntry } from '../../src/package/entries.js'
import { folderWith } from '../support/folder.js'

const files = { plain: 'one', 'with space/ä': 'two', 'with\nline and \\': 'three', 'a\\n': 'four' }
const entries: PackageEntry[] = Object.entries(files).map(([name, text]) => ({
  path: name,
  content: Buffer.from(text),
}))
const listOf = (all: readonly PackageEntry[]): string =>
  all.find(one => one.path === checksumsFile)?.content.toString() ?? ''

test('sha256sum accepts the list, whatever the names of the files', () => {
  const list = listOf(withChecksums(entries))
  const folder = folderWith({ ...files, [checksumsFile]: list })
  const said = execFileSync('sha256sum', ['--check', checksumsFile], {
    cwd: path.resolve(folder),
    encoding: 'utf8',
  })
  expect(said.match(/: OK$/gm)).toHaveLength(4)
})

test('a list is read as written, and a new list replaces the old one', () => {
  const twice = withChecksums(withChecksums(entries))
  expect(twice).toHaveLength(5)
  expect([...decodeChecksums(listOf(twice)).keys()].toSorted()).toEqual(Object.keys(files).toSorted())
})
