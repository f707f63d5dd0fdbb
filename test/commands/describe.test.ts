import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { folderWith } from '../support/folder.js'
import { kplug } from '../support/io.js'

const withPlugins = (...files: string[]): string =>
  folderWith(Object.fromEntries(files.map(file => [`plugins/${file}`, ''])))

test.each([
  ['MySource@v1.0.0.js', '1.0.0'],
  ['mySource@20200331.js', '20200331'],
  ['MySource@vnext.so', 'next'],
  ['MySource@vv2.js', 'v2'],
  ['MySource.js', 'none'],
])('%s is of version %s', async (file, version) => {
  expect(await kplug(withPlugins(`sources/${file}`), 'describe', 'source', 'mySource')).toEqual({
    code: 0,
    stdout: `type     source\nname     mySource\nversion  ${version}\n`,
    stderr: '',
  })
})

test('the symbol and the plural do as well', async () => {
  const folder = withPlugins('sinks/MySink.js')
  expect(await kplug(folder, 'describe', 'sinks', 'MySink')).toMatchObject({
    code: 0,
    stdout: 'type     sink\nname     mySink\nversion  none\n',
  })
})

test('of several versions the latest is described, the others named, and eKuiper’s choice told', async () => {
  const folder = withPlugins('sinks/A@v1.9.0.js', 'sinks/A@v1.10.0.js', 'sinks/B@v1.9.js', 'sinks/B@v1.10.js')
  const { stdout, stderr } = await kplug(folder, 'describe', 'sink', 'a')
  expect(stdout).toBe('type     sink\nname     a\nversion  1.10.0\nalso     1.9.0\n')
  expect(stderr).toContain('eKuiper itself takes "1.9.0" of sink "a"')
  expect(stderr).not.toContain('sink "b"')
})

test('--json also has symbol, file and all versions', async () => {
  const folder = withPlugins('sinks/A@v1.js', 'sinks/A.js')
  const { stdout } = await kplug(folder, 'describe', 'sink', 'a', '--json')
  expect(JSON.parse(stdout)).toEqual({
    type: 'sink',
    name: 'a',
    symbol: 'A',
    version: '1',
    file: 'sinks/A@v1.js',
    versions: [
      { version: '1', file: 'sinks/A@v1.js', inEffect: true },
      { version: null, file: 'sinks/A.js', inEffect: false },
    ],
  })
})

test('a missing plugin is a problem, answered with the nearest name', async () => {
  const folder = withPlugins('sources/MySource.js', 'sinks/MySorce.js')
  expect(await kplug(folder, 'describe', 'source', 'mySorce')).toEqual({
    code: 1,
    stdout: '',
    stderr: `No source "mySorce" in plugins: did you mean "mySource"?\n`,
  })
  expect(await kplug(folder, 'describe', 'source', 'mysource')).toMatchObject({
    code: 1,
    stderr: `No source "mysource" in plugins: did you mean "mySource"?\n`,
  })
  expect(await kplug(folder, 'describe', 'source', 'other', '--json')).toEqual({
    code: 1,
    stdout: '',
    stderr: `No source "other" in plugins: see "kplug list"\n`,
  })
})

test('an unknown kind and a wrong name are mistakes', async () => {
  const folder = withPlugins('sources/MySource.js')
  expect(await kplug(folder, 'describe', 'plugin', 'mySource')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'Unknown kind "plugin": use one of "source", "sink", "function"\n',
  })
  expect(await kplug(folder, 'describe', 'source', 'my-source')).toMatchObject({
    code: 2,
    stderr:
      'Plugin name "my-source" must be camel case, letters and digits only: "mySource", exported as "MySource"\n',
  })
})

test('a kind’s folder that cannot be read is told', async () => {
  expect(await kplug(withPlugins('sinks'), 'describe', 'sink', 'a')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      'sinks: warning: File cannot be read: it is not a folder, or lies below a file',
    ),
  })
})

test('a file of the plugin that cannot be read is told, also where it is the only one', async () => {
  const folder = withPlugins('sources/A@v1.js', 'sources/B@.js')
  const link = (name: string): void => fs.symlinkSync('x', path.join(folder, 'plugins/sources', name))
  link('A@v2.js')
  link('C.js')
  const broken = 'warning: File cannot be read: its link leads nowhere [file-unreadable]\n'
  expect(await kplug(folder, 'describe', 'source', 'a')).toEqual({
    code: 0,
    stdout: 'type     source\nname     a\nversion  1\n',
    stderr: `sources/A@v2.js: ${broken}`,
  })
  const { code, stderr } = await kplug(folder, 'describe', 'source', 'c')
  expect(code).toBe(1)
  expect(stderr).toContain(`sources/C.js: ${broken}`)
  expect(await kplug(folder, 'describe', 'source', 'b')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('sources/B@.js: warning: File is not a plugin: its version is empty'),
  })
})
