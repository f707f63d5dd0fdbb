import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { folderWith, projectWith } from '../support/folder.js'
import { linkPackages } from '../support/linked-packages.js'
import { kplug } from '../support/io.js'

const withPlugins = (...files: string[]): string =>
  folderWith(Object.fromEntries(files.map(file => [`plugins/${file}`, textOf(file)])))

/** The smallest module that exports the symbol of a file. */
function textOf(file: string): string {
  const name = path.basename(file).split(/[@.]/)[0] ?? ''
  const symbol = name.slice(0, 1).toUpperCase() + name.slice(1)
  return `exports.${symbol} = class { open() {} collect() {} exec() {} }`
}

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

test('a symbol and a plural kind are accepted', async () => {
  const folder = withPlugins('sinks/MySink.js')
  expect(await kplug(folder, 'describe', 'sinks', 'MySink')).toMatchObject({
    code: 0,
    stdout: 'type     sink\nname     mySink\nversion  none\n',
  })
})

test('of several versions the latest is described, the others are named, and eKuiper’s choice is reported', async () => {
  const folder = withPlugins('sinks/A@v1.9.0.js', 'sinks/A@v1.10.0.js', 'sinks/B@v1.9.js', 'sinks/B@v1.10.js')
  const { stdout, stderr } = await kplug(folder, 'describe', 'sink', 'a')
  expect(stdout).toBe('type     sink\nname     a\nversion  1.10.0\nalso     1.9.0\n')
  expect(stderr).toContain('The sink "a" has the version "1.9.0" in eKuiper')
  expect(stderr).not.toContain('sink "b"')
})

test('--json also has symbol, file and all versions', async () => {
  const folder = withPlugins('sinks/A@v1.js', 'sinks/A.js')
  const { stdout } = await kplug(folder, 'describe', 'sink', 'a', '--json')
  expect(JSON.parse(stdout)).toMatchObject({
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

const strict = {
  'src/sources/Ticks.ts': `
import * as z from 'zod'
import type { About, Source } from 'kplug'
export const about: About = { description: 'Ticks like a clock' }
export const config = z.object({
  url: z.string().describe('Where the clock is'),
  interval: z.number().default(1000),
})
export class Ticks implements Source<z.infer<typeof config>> { async *open() { yield { at: 1 } } }
`,
  'src/functions/Share.ts': `
import type { About, Func } from 'kplug'
export const about: About = {
  description: 'How much of a whole',
  args: [
    { name: 'part', type: 'float', description: 'The part' },
    { name: 'whole', type: 'float', optional: true },
  ],
  returns: { type: 'float' },
}
export class Share implements Func { isAggregate() { return true } exec() { return 1 } }
`,
}

/** A project with a source and a function that describe themselves, built and packed. */
async function packed(): Promise<string> {
  const folder = projectWith(strict)
  linkPackages(folder)
  expect(await kplug(folder, 'pack')).toMatchObject({ code: 0 })
  return folder
}

const source = [
  'about    Ticks like a clock',
  '',
  'PROPERTY  TYPE    DEFAULT',
  'url       string  required  Where the clock is',
  'interval  float   1000',
  '',
].join('\n')

test('a built plugin, a zip and an engine’s own folder show description, properties and arguments', async () => {
  const folder = await packed()
  const built = await kplug(folder, 'describe', 'source', 'ticks')
  expect(built).toEqual({
    code: 0,
    stdout: `type     source\nname     ticks\nversion  0.1.0\n${source}`,
    stderr: '',
  })
  const fromPackage = `type     source\nname     ticks\nversion  0.1.0\npackage  things\n${source}`
  const zip = await kplug(folder, 'describe', 'source', 'ticks', '--package', 'dist/things-0.1.0.zip')
  expect(zip).toEqual({ code: 0, stdout: fromPackage, stderr: '' })
  expect(await kplug(folder, 'pack', '--layout', 'engine')).toMatchObject({ code: 0 })
  const engine = await kplug(folder, 'describe', 'source', 'ticks', '--plugins', 'engine')
  expect(engine).toEqual({ code: 0, stdout: fromPackage, stderr: '' })
  const share = await kplug(folder, 'describe', 'function', 'share', '--plugins', 'engine')
  expect(share.stdout).toContain(
    [
      'about      How much of a whole',
      'example    share(part, whole)',
      'returns    float',
      'aggregate  yes',
      '',
      'ARGUMENT  TYPE',
      'part      float  The part',
      'whole     float  (optional)',
      '',
    ].join('\n'),
  )
})

test('a package without the plugin lists its plugins', async () => {
  const folder = await packed()
  const { code, stderr } = await kplug(
    folder,
    'describe',
    'source',
    'x',
    '--package',
    'dist/things-0.1.0.zip',
  )
  expect(code).toBe(1)
  expect(stderr).toBe('No source "x" in dist/things-0.1.0.zip: it has "ticks"\n')
  expect(await kplug(folder, 'describe', 'source', 'x', '--package', 'package.json')).toMatchObject({
    code: 2,
  })
  expect(
    await kplug(folder, 'describe', 'source', 'x', '--package', 'a.zip', '--plugins', '.'),
  ).toMatchObject({ code: 2 })
})

test('--sql prints requests that create a stream and a rule, with the option for fast sources', async () => {
  const folder = await packed()
  const { stdout } = await kplug(folder, 'describe', 'source', 'ticks', '--sql')
  expect(stdout.split('\n')).toEqual([
    `curl -X PUT http://127.0.0.1:9081/metadata/sources/ticks/confKeys/ticks_sample -d '{"url":"text"}'`,
    `curl -X POST http://127.0.0.1:9081/streams -d '{"sql":"CREATE STREAM ticks_stream () WITH (TYPE=\\"ticks\\", DATASOURCE=\\"ticks\\", FORMAT=\\"json\\", CONF_KEY=\\"ticks_sample\\")"}'`,
    `curl -X POST http://127.0.0.1:9081/rules -d '{"id":"ticks_rule","sql":"SELECT * FROM ticks_stream","actions":[{"log":{}}],"options":{"disableBufferFullDiscard":true}}'`,
    '',
  ])
  const share = await kplug(folder, 'describe', 'function', 'share', '--sql', '--json')
  const { requests } = JSON.parse(share.stdout)
  expect(requests[1].body.sql).toBe(
    'SELECT share(1.5, 1.5) AS value FROM share_stream GROUP BY TUMBLINGWINDOW(ss, 1)',
  )
})

test('a plugin that cannot be loaded is shown without its description, and with the reason', async () => {
  const folder = folderWith({ 'plugins/sinks/Bad.js': 'throw new Error("no model")' })
  const { code, stdout, stderr } = await kplug(folder, 'describe', 'sink', 'bad')
  expect(code).toBe(0)
  expect(stdout).toBe('type     sink\nname     bad\nversion  none\n')
  expect(stderr).toBe('Cannot describe sinks/Bad.js: no model\n')
})

test('a missing plugin exits with 1 and names the most similar plugin', async () => {
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
    stdout: expect.stringContaining('"error"'),
    stderr: `No source "other" in plugins: see "kplug list"\n`,
  })
})

test('an unknown kind and an invalid name are refused', async () => {
  const folder = withPlugins('sources/MySource.js')
  expect(await kplug(folder, 'describe', 'plugin', 'mySource')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'Unknown kind "plugin": use one of "source", "sink", "function"\n',
  })
  expect(await kplug(folder, 'describe', 'source', 'my-source')).toMatchObject({
    code: 2,
    stderr:
      'Invalid plugin name "my-source": use camel case with letters and digits only, for example "mySource"\n',
  })
})

test('an unreadable folder of a kind is reported', async () => {
  expect(await kplug(withPlugins('sinks'), 'describe', 'sink', 'a')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      'sinks: warning: The folder "sinks" cannot be read: it is not a folder, or lies below a file',
    ),
  })
})

test('an unreadable file of the plugin is reported, even if it is the only one', async () => {
  const folder = withPlugins('sources/A@v1.js', 'sources/B@.js')
  const link = (name: string): void => fs.symlinkSync('x', path.join(folder, 'plugins/sources', name))
  link('A@v2.js')
  link('C.js')
  const broken = (name: string): string =>
    `warning: The file "${name}" cannot be read: it is a link to a missing file [file-unreadable]\n`
  expect(await kplug(folder, 'describe', 'source', 'a')).toEqual({
    code: 0,
    stdout: 'type     source\nname     a\nversion  1\n',
    stderr: `sources/A@v2.js: ${broken('A@v2.js')}`,
  })
  const { code, stderr } = await kplug(folder, 'describe', 'source', 'c')
  expect(code).toBe(1)
  expect(stderr).toContain(`sources/C.js: ${broken('C.js')}`)
  expect(await kplug(folder, 'describe', 'source', 'b')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      'sources/B@.js: warning: The file "B@.js" is not a plugin: its version is empty',
    ),
  })
})
