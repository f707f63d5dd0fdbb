import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { folderWith, projectWith, write } from '../support/folder.js'
import { kplug } from '../support/io.js'

/** A folder whose plugins folder holds empty files: nothing in them is ever read. */
const withPlugins = (...files: string[]): string =>
  folderWith(Object.fromEntries(files.map(file => [`plugins/${file}`, ''])))

const mixed = [
  'sources/MySource@v1.0.0.js',
  'sources/MySource@v1.10.0.js',
  'sources/MySource@v1.9.0.js',
  'sources/MyOther@20200331.js',
  'sinks/mySink.js',
  'functions/Third@vnext.so',
]

test('each plugin is one line with the version in effect, and a different choice of eKuiper is a warning', async () => {
  expect(await kplug(withPlugins(...mixed), 'list')).toEqual({
    code: 0,
    stdout: [
      'TYPE      NAME      VERSION',
      'source    myOther   20200331  in effect',
      'source    mySource  1.10.0    in effect, 2 more',
      'sink      mySink    none      in effect',
      'function  third     next      in effect',
      '',
    ].join('\n'),
    stderr:
      'sources/MySource@v1.10.0.js: warning: The source "mySource" has the version "1.9.0" in eKuiper, which orders versions as text; the latest is "1.10.0" [engine-order]\n  Remove the version "1.9.0"\n',
  })
})

test('--all shows every version, the latest first', async () => {
  const { stdout } = await kplug(withPlugins(...mixed), 'list', '--all')
  expect(stdout).toBe(
    [
      'TYPE      NAME      VERSION',
      'source    myOther   20200331  in effect',
      'source    mySource  1.10.0    in effect',
      'source    mySource  1.9.0',
      'source    mySource  1.0.0',
      'sink      mySink    none      in effect',
      'function  third     next      in effect',
      '',
    ].join('\n'),
  )
})

test('--json has every version and marks the one in effect', async () => {
  const { stdout } = await kplug(withPlugins(...mixed), 'list', '--json')
  expect(JSON.parse(stdout)).toEqual([
    {
      type: 'source',
      name: 'myOther',
      symbol: 'MyOther',
      version: '20200331',
      file: 'sources/MyOther@20200331.js',
      versions: [{ version: '20200331', file: 'sources/MyOther@20200331.js', inEffect: true }],
    },
    {
      type: 'source',
      name: 'mySource',
      symbol: 'MySource',
      version: '1.10.0',
      file: 'sources/MySource@v1.10.0.js',
      versions: [
        { version: '1.10.0', file: 'sources/MySource@v1.10.0.js', inEffect: true },
        { version: '1.9.0', file: 'sources/MySource@v1.9.0.js', inEffect: false },
        { version: '1.0.0', file: 'sources/MySource@v1.0.0.js', inEffect: false },
      ],
    },
    {
      type: 'sink',
      name: 'mySink',
      symbol: 'MySink',
      version: null,
      file: 'sinks/mySink.js',
      versions: [{ version: null, file: 'sinks/mySink.js', inEffect: true }],
    },
    {
      type: 'function',
      name: 'third',
      symbol: 'Third',
      version: 'next',
      file: 'functions/Third@vnext.so',
      versions: [{ version: 'next', file: 'functions/Third@vnext.so', inEffect: true }],
    },
  ])
})

test.each([
  ['source', 'myOther'],
  ['sinks', 'mySink'],
  ['Function', 'third'],
])('"list %s" shows that kind only', async (kind, name) => {
  const { stdout } = await kplug(withPlugins(...mixed), 'list', kind, '--json')
  const plugins: { name: string }[] = JSON.parse(stdout)
  expect(plugins[0]?.name).toBe(name)
  expect(plugins).toHaveLength(name === 'myOther' ? 2 : 1)
})

test('an unknown kind is refused with a list of the kinds', async () => {
  expect(await kplug(withPlugins(), 'list', 'sorce')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'Unknown kind "sorce": did you mean "source"? The kinds are "source", "sink", "function"\n',
  })
  expect(await kplug(withPlugins(), 'list', 'plugin')).toMatchObject({
    code: 2,
    stderr: 'Unknown kind "plugin": use one of "source", "sink", "function"\n',
  })
})

test('an empty plugins folder is not a failure', async () => {
  const folder = projectWith()
  expect(await kplug(folder, 'list')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'No plugins in plugins\n',
  })
  expect(await kplug(folder, 'list', 'sinks')).toMatchObject({
    stderr: 'No sinks in plugins\n',
  })
  expect(await kplug(folder, 'list', '--json')).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
})

test('outside of a project the message names the remedies', async () => {
  const { code, stderr } = await kplug(folderWith(), 'list')
  expect(code).toBe(2)
  expect(stderr).toContain('name a plugins folder with "--plugins DIR"')
})

test('the project is found from a subfolder', async () => {
  const folder = projectWith({ 'plugins/sinks/A.js': '', 'src/sinks/deep/x': '' })
  const { stdout } = await kplug(path.join(folder, 'src/sinks/deep'), 'list')
  expect(stdout).toContain('sink  a     none     in effect')
})

test('--plugins reads the folder of an engine', async () => {
  const engine = folderWith({
    'plugins/sources/Random@v1.0.0.so': '',
    'plugins/sinks/File.so': '',
    'plugins/portable/mirror/mirror.json': '{}',
    'plugins/wasm/x': '',
  })
  expect(await kplug(folderWith(), 'list', '--plugins', path.join(engine, 'plugins'))).toEqual({
    code: 0,
    stdout:
      'TYPE    NAME    VERSION\nsource  random  1.0.0    in effect\nsink    file    none     in effect\n',
    stderr: '',
  })
})

test.each(['missing', 'file'])('--plugins with a %s path is refused', async name => {
  const folder = folderWith({ file: '' })
  const named = path.join(folder, name)
  expect(await kplug(folder, 'list', '--plugins', name)).toEqual({
    code: 2,
    stdout: '',
    stderr: `Cannot read plugins from ${named}: it is not a folder\n`,
  })
})

test('each file that is not a plugin is a warning, and the plugins are still listed', async () => {
  const folder = withPlugins(
    'sources/A@v1.js',
    'sources/A@v1.js.map',
    'sources/B@.js',
    'sources/C@v.js',
    'sources/my-d.js',
    'sources/E.ts',
    'sources/F.js.map',
    'sources/folder.js/x',
    'sources/.hidden',
    'other.txt',
  )
  const sources = path.join(folder, 'plugins', 'sources')
  fs.symlinkSync('nowhere.js', path.join(sources, 'G.js'))
  fs.symlinkSync('H.js', path.join(sources, 'H.js'))
  fs.symlinkSync('A@v1.js', path.join(sources, 'Link@v2.js'))
  fs.writeFileSync(Buffer.concat([Buffer.from(`${sources}/`), Buffer.from([0xff]), Buffer.from('.js')]), '')
  const { code, stdout, stderr } = await kplug(folder, 'list')
  expect(code).toBe(0)
  expect(stdout).toBe(
    'TYPE    NAME  VERSION\nsource  a     1        in effect\nsource  link  2        in effect\n',
  )
  expect(stderr.split('\n').filter(line => / \[[a-z-]+\]$/.test(line))).toEqual([
    'other.txt: warning: The file "other.txt" is not a plugin: plugins lie in "sources", "sinks" and "functions" [stray-file]',
    'sources/B@.js: warning: The file "B@.js" is not a plugin: its version is empty [stray-file]',
    'sources/C@v.js: warning: The file "C@v.js" is not a plugin: its version is empty [stray-file]',
    'sources/E.ts: warning: The file "E.ts" is not a plugin: plugins end in ".js" or ".so" [stray-file]',
    'sources/F.js.map: warning: The file "F.js.map" is a source map without its built file [map-orphan]',
    'sources/folder.js: warning: The file "folder.js" cannot be read: it is a folder [file-unreadable]',
    'sources/G.js: warning: The file "G.js" cannot be read: it is a link to a missing file [file-unreadable]',
    'sources/H.js: warning: The file "H.js" cannot be read: its links form a cycle [file-unreadable]',
    'sources/my-d.js: warning: The file "my-d.js" is not a plugin: its name is not camel case [stray-file]',
    'sources/\ufffd.js: warning: The file "\ufffd.js" cannot be read: it does not exist [file-unreadable]',
  ])
})

test('an unreadable folder of a kind is a warning, and the others are listed', async () => {
  const folder = withPlugins('sources', 'functions/A.js')
  fs.symlinkSync('nowhere', path.join(folder, 'plugins', 'sinks'))
  const { code, stdout, stderr } = await kplug(folder, 'list')
  expect(code).toBe(0)
  expect(stdout).toContain('function  a')
  expect(stderr).toContain(
    'sinks: warning: The folder "sinks" cannot be read: it is a link to a missing file',
  )
  expect(stderr).toContain(
    'sources: warning: The folder "sources" cannot be read: it is not a folder, or lies below a file',
  )
})

test('a plugins folder that is a file is refused in one sentence', async () => {
  const folder = projectWith({ plugins: '' })
  expect(await kplug(folder, 'list')).toMatchObject({
    code: 2,
    stderr: `Cannot read ${path.join(folder, 'plugins')}: it is not a folder, or lies below a file\n`,
  })
})

test('two spellings of one plugin are a warning that names the one in effect', async () => {
  const { stdout, stderr } = await kplug(withPlugins('sinks/mySink@v1.js', 'sinks/MySink@v1.js'), 'list')
  expect(stdout).toContain('sink  mySink  1        in effect, 1 more')
  expect(stderr).toContain(
    'The files "MySink@v1.js", "mySink@v1.js" are spellings of one plugin, and "mySink@v1.js" takes effect [two-spellings]',
  )
})

test('names that would move the cursor are shown as text', async () => {
  const { stdout, stderr } = await kplug(withPlugins('sinks/A@\u001b[2J.js', 'sinks/\u001b[2J.js'), 'list')
  expect(stdout).toContain('\\u001b[2J')
  expect(stdout + stderr).not.toContain('\u001b')
})

test('no plugin is run, whatever its code', async () => {
  const folder = withPlugins()
  write(folder, { 'plugins/sources/Bad.js': 'throw new Error("was run")' })
  expect(await kplug(folder, 'list')).toMatchObject({ code: 0, stderr: '' })
})

test('10 000 plugins are listed', async () => {
  const folder = folderWith({ 'plugins/sinks/X0@v1.js': '' })
  const sinks = path.join(folder, 'plugins/sinks')
  for (let i = 1; i < 10_000; i += 1) fs.linkSync(`${sinks}/X0@v1.js`, `${sinks}/X${i}@v${i}.js`)
  const { code, stdout } = await kplug(folder, 'list')
  expect(code).toBe(0)
  expect(stdout.split('\n')).toHaveLength(10_002)
})
