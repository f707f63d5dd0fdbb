import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from 'vitest'
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

test('a package is named after its manifest, whatever its file is called', async () => {
  const { packages, problems } = await read('any.zip', await zipOf({ 'mine.json': manifest, mine: '' }))
  expect(problems).toEqual([])
  expect(packages).toMatchObject([{ name: 'mine', version: '1', sources: ['s'], zip: { file: 'any.zip' } }])
})

test('what a manifest leaves out is empty', async () => {
  const { packages } = await read(
    'a.zip',
    await zipOf({ 'py.json': { language: 'python', executable: 'p.py' } }),
  )
  expect(packages).toMatchObject([{ name: 'py', version: '', sources: [], sinks: [], functions: [] }])
})

describe('a zip that is no package is a problem, and the others are still read', () => {
  const cut = async (): Promise<Buffer> => (await zipOf({ 'mine.json': manifest })).subarray(0, -10)
  test.each<[string, () => Promise<Buffer>, string]>([
    ['text', async () => Buffer.from('text'), 'it is no zip, or only a part of one'],
    ['empty', async () => Buffer.alloc(0), 'it is no zip, or only a part of one'],
    ['cut', cut, 'it is no zip, or only a part of one'],
    ['without a manifest', () => zipOf({ 'readme.md': 'hello' }), 'it has no manifest, such as "NAME.json"'],
    [
      'with one below a folder',
      () => zipOf({ 'a/mine.json': manifest }),
      'it has no manifest, such as "NAME.json"',
    ],
    [
      'with a name that is none',
      () => zipOf({ 'a b.json': manifest }),
      'it has no manifest, such as "NAME.json"',
    ],
    [
      'with half a manifest',
      () => zipOf({ 'm.json': { version: '1' } }),
      'it has no manifest, such as "NAME.json"',
    ],
    ['with a manifest that is text', () => zipOf({ 'mine.json': '{' }), '"mine.json" is not JSON'],
    [
      'with metadata that is too large',
      () => zipOf({ 'mine.json': manifest, 'sources/s.json': 'x'.repeat(2_000_000) }),
      '"sources/s.json" has 2000000 bytes',
    ],
  ])('%s', async (_, bytes, reason) => {
    const folder = folderWith({ 'dist/bad.zip': '' })
    fs.writeFileSync(path.join(folder, 'dist', 'bad.zip'), await bytes())
    await putPackage(folder)
    const { packages, problems } = await new PackagesReader(path.join(folder, 'dist')).read()
    expect(packages.map(({ name }) => name)).toEqual(['things'])
    expect(problems).toMatchObject([
      { code: 'zip-unreadable', file: 'dist/bad.zip', message: `Package cannot be read: ${reason}` },
    ])
  })
})

test('only regular files count: no folder, no link, nothing hidden', async () => {
  const folder = folderWith({ 'dist/folder.zip/x': '', 'outside.zip': '', 'dist/.hidden.zip': '' })
  fs.symlinkSync('../outside.zip', path.join(folder, 'dist', 'link.zip'))
  expect(await new PackagesReader(path.join(folder, 'dist')).read()).toEqual({ packages: [], problems: [] })
})
