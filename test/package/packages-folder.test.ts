import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from 'vitest'
import { sentenceOf } from '../../src/problem/problem.js'
import { PackagesReader } from '../../src/package/packages-folder.js'
import { zip } from '../../src/package/write-zip.js'
import { folderWith } from '../support/folder.js'
import { putPackage } from '../support/serving.js'

const manifest = { version: '1', language: 'go', executable: 'x', sources: ['s'], sinks: [], functions: [] }

async function zipOf(files: Record<string, unknown>): Promise<Buffer> {
  const content = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  return zip(Object.entries(files).map(([name, value]) => ({ path: name, content: content(value) })))
}

async function read(file: string, bytes: Buffer) {
  const folder = folderWith({ [`dist/${file}`]: '' })
  fs.writeFileSync(path.join(folder, 'dist', file), bytes)
  return new PackagesReader(path.join(folder, 'dist')).read()
}

test('a package is named after its manifest, not after its file', async () => {
  const { packages, problems } = await read('any.zip', await zipOf({ 'mine.json': manifest, mine: '' }))
  expect(problems).toEqual([])
  expect(packages).toMatchObject([
    { name: 'mine', manifest: { version: '1', names: { source: ['s'] } }, zip: { file: 'any.zip' } },
  ])
})

test('a package of several JSON files is named by kplug.json', async () => {
  const { packages } = await read(
    'any.zip',
    await zipOf({
      'mine.json': manifest,
      'other.json': '[]',
      'kplug.json': { name: 'mine', version: '1', plugins: [] },
    }),
  )
  expect(packages).toMatchObject([{ name: 'mine' }])
})

test('missing keys of a manifest are empty', async () => {
  const { packages } = await read(
    'a.zip',
    await zipOf({ 'py.json': { language: 'python', executable: 'p.py', functions: ['f'] } }),
  )
  const names = { source: [], sink: [], function: ['f'] }
  expect(packages).toMatchObject([{ name: 'py', manifest: { version: '', names } }])
})

describe('a zip that an engine would refuse is a problem, and the others are still read', () => {
  const cut = async (): Promise<Buffer> => (await zipOf({ 'mine.json': manifest })).subarray(0, -10)
  const noZip = 'The zip is not complete'
  const noManifest = 'The manifest "bad.json" is not at the root of the zip'
  test.each<[string, () => Promise<Buffer>, string, string]>([
    ['text', async () => Buffer.from('text'), 'zip-unreadable', noZip],
    ['empty', async () => Buffer.alloc(0), 'zip-unreadable', noZip],
    ['cut', cut, 'zip-unreadable', noZip],
    ['without a manifest', () => zipOf({ 'readme.md': 'hello' }), 'manifest-missing', noManifest],
    ['with one below a folder', () => zipOf({ 'a/mine.json': manifest }), 'manifest-missing', noManifest],
    ['with an invalid name', () => zipOf({ 'a b.json': manifest }), 'manifest-missing', noManifest],
    [
      'with half a manifest',
      () => zipOf({ 'm.json': { version: '1' } }),
      'language-unsupported',
      'The manifest "m.json" has no language',
    ],
    [
      'with a manifest that is text',
      () => zipOf({ 'mine.json': '{' }),
      'manifest-invalid',
      'The manifest "mine.json" cannot be read',
    ],
    [
      'with metadata that is text',
      () => zipOf({ 'mine.json': manifest, 'sources/s.json': '{' }),
      'zip-unreadable',
      'The zip cannot be read: "sources/s.json" is not JSON',
    ],
    [
      'with metadata that is too large',
      () => zipOf({ 'mine.json': manifest, 'sources/s.json': 'x'.repeat(2_000_000) }),
      'zip-too-large',
      'The zip has a file "sources/s.json" of 2000000 bytes, and the limit is 1048576',
    ],
  ])('%s', async (_, bytes, code, message) => {
    const folder = folderWith({ 'dist/bad.zip': '' })
    fs.writeFileSync(path.join(folder, 'dist', 'bad.zip'), await bytes())
    await putPackage(folder)
    const { packages, problems } = await new PackagesReader(path.join(folder, 'dist')).read()
    expect(packages.map(({ name }) => name)).toEqual(['things'])
    expect(problems).toMatchObject([{ code, file: 'dist/bad.zip' }])
    expect(problems.map(sentenceOf)).toEqual([expect.stringContaining(message)])
  })
})

test('folders, links and hidden files are skipped', async () => {
  const folder = folderWith({ 'dist/folder.zip/x': '', 'outside.zip': '', 'dist/.hidden.zip': '' })
  fs.symlinkSync('../outside.zip', path.join(folder, 'dist', 'link.zip'))
  expect(await new PackagesReader(path.join(folder, 'dist')).read()).toEqual({ packages: [], problems: [] })
})
