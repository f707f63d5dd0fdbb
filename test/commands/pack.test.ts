import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from 'vitest'
import { binary, node, repository } from '../support/binary.js'
import { folderWith, manifest, plain, projectWith, write } from '../support/folder.js'
import { kplug } from '../support/io.js'
import { type Unzipped, unzip } from '../support/unzip.js'

const sink = `import * as z from 'zod'
export const config = z.object({ path: z.string().describe('Where to'), mode: z.enum(['a', 'w']).default('a') })
export class Keep { collect() {} }
`
const source = `import * as z from 'zod'
export const config = z.object({ every: z.number().int().default(5), names: z.array(z.string()).default(['x']) })
export const about = { description: 'Ticks', helpUrl: 'https://example.org' }
export class Ticks { async *open() { yield { at: 1 } } }
`
const fn = `export const about = { description: 'Adds', example: 'add(a, b)', args: [{ name: 'a', type: 'float', description: 'One' }], returns: { type: 'float' } }
export class Add { exec([a, b]: [number, number]) { return a + b } }
`
const all = { 'src/sources/Ticks.ts': source, 'src/sinks/Keep.ts': sink, 'src/functions/Add.ts': fn }

async function packed(folder: string, ...typed: string[]): Promise<Map<string, Unzipped>> {
  const { code, stderr } = await kplug(folder, 'pack', ...typed)
  expect(stderr).not.toContain('Cannot')
  expect(code).toBe(0)
  const [file = ''] = fs.readdirSync(path.join(folder, 'dist'))
  return new Map(unzip(fs.readFileSync(path.join(folder, 'dist', file))).map(entry => [entry.path, entry]))
}

const json = (entries: Map<string, Unzipped>, file: string): unknown =>
  JSON.parse(entries.get(file)?.content.toString() ?? 'null')

describe('a package', () => {
  test('contains the engine’s manifest', async () => {
    const entries = await packed(projectWith(all))
    expect(json(entries, 'things.json')).toEqual({
      version: '0.1.0',
      language: 'go',
      executable: 'things',
      sources: ['ticks'],
      sinks: ['keep'],
      functions: ['add'],
    })
    expect(entries.get('sources/ticks.yaml')?.content.toString()).toBe(
      'default:\n  every: 5\n  names:\n    - x\n',
    )
    expect(json(entries, 'sinks/keep.json')).toMatchObject({
      properties: [
        { name: 'path', type: 'string', optional: false, hint: { en_US: 'Where to' } },
        { name: 'mode', control: 'select', values: ['a', 'w'], default: 'a', optional: true },
        { name: 'requireAck', type: 'bool', default: true },
      ],
    })
    expect(json(entries, 'sources/ticks.json')).toMatchObject({
      about: { description: { en_US: 'Ticks' }, helpUrl: { en_US: 'https://example.org' } },
      properties: {
        default: [
          { name: 'every', type: 'int' },
          { name: 'names', control: 'list', type: 'list_string' },
        ],
      },
    })
    expect(json(entries, 'functions/add.json')).toMatchObject({
      name: 'add',
      functions: [
        {
          name: 'add',
          example: 'add(a, b)',
          args: [{ name: 'a', type: 'float' }],
          return: { type: 'float' },
        },
      ],
    })
  })

  test('contains an executable, and lists each folder before its contents', async () => {
    const entries = [...(await packed(projectWith(all))).values()]
    const modes = Object.fromEntries(entries.map(entry => [entry.path, entry.mode]))
    expect(modes).toMatchObject({ things: '100755', 'things.json': '100644', 'lib/': '40755' })
    const seen = new Set<string>()
    for (const { path: file } of entries) {
      const parent = path.posix.dirname(file)
      expect(parent === '.' || seen.has(`${parent}/`)).toBe(true)
      seen.add(file)
    }
  })

  test('contains the built plugins unchanged', async () => {
    const folder = projectWith(all)
    const entries = await packed(folder)
    const built = fs.readFileSync(path.join(folder, 'plugins', 'functions', 'Add@v0.1.0.js'))
    expect(entries.get('lib/functions/Add@v0.1.0.js')?.content.equals(built)).toBe(true)
  })

  test('contains source maps without source texts, and the version of kplug', async () => {
    const entries = await packed(projectWith(all))
    const map = json(entries, 'lib/functions/Add@v0.1.0.js.map')
    expect(map).toMatchObject({ version: 3, sources: ['../../src/functions/Add.ts', 'packages'] })
    expect(map).not.toHaveProperty('sourcesContent')
    const { version } = JSON.parse(
      fs.readFileSync(path.join(repository, 'package.json'), 'utf8'),
    ) as object & {
      version: string
    }
    expect(json(entries, 'kplug.json')).toMatchObject({ kplug: version })
  })

  test('has a supervisor, unless the project disables it', async () => {
    const watched = await packed(projectWith(all))
    expect(watched.get('things')?.content.toString()).toMatch(/^#!\/bin\/sh\n/)
    expect(watched.get('host.cjs')?.content.toString()).toMatch(/^#!\/usr\/bin\/env node\n/)
    const alone = await packed(projectWith(all, { supervise: false }))
    expect(alone.get('things')?.content.toString()).toMatch(/^#!\/usr\/bin\/env node\n/)
    expect(alone.has('host.cjs')).toBe(false)
  })

  test('contains assets, and packages that cannot be bundled with their dependencies', async () => {
    const folder = projectWith(
      {
        'src/functions/Add.ts': `// @ts-expect-error it has no types\nimport { add } from 'addon'\nexport class Add { exec([a]: [number]) { return add(a) } }\n`,
        'models/deep/a.bin': 'model',
        'node_modules/addon/package.json':
          '{"name":"addon","version":"1.0.0","main":"i.js","dependencies":{"inner":"1"}}',
        'node_modules/addon/i.js': 'exports.add = require("inner")',
        'node_modules/addon/build/x.node': 'not really',
        'node_modules/addon/.data': 'in a dot file',
        'node_modules/inner/package.json': '{"name":"inner","version":"1.0.0"}',
        'node_modules/inner/index.js': 'module.exports = a => a + 1',
      },
      { assets: ['models'], external: ['addon'] },
    )
    const files = [...(await packed(folder)).keys()]
    expect(files).toContain('models/deep/a.bin')
    const modules = files.filter(file => file.startsWith('node_modules/') && !file.endsWith('/'))
    expect(modules).toEqual([
      'node_modules/addon/.data',
      'node_modules/addon/build/x.node',
      'node_modules/addon/i.js',
      'node_modules/addon/package.json',
      'node_modules/inner/index.js',
      'node_modules/inner/package.json',
    ])
  })

  test.each([
    ['@acme/my.plugins', 'my_plugins'],
    ['sensors', 'sensors'],
  ])('of the project %s has the name %s', async (name, expected) => {
    const folder = projectWith({ 'src/functions/Add.ts': fn })
    write(folder, { 'package.json': JSON.stringify({ name, version: '1.2.3', kplug: {} }) })
    await packed(folder)
    expect(fs.readdirSync(path.join(folder, 'dist'))).toEqual([`${expected}-1.2.3.zip`])
  })

  test('has the same bytes in another folder, umask and time zone, and at a later time', async () => {
    const pack = async (prefix: string, env: NodeJS.ProcessEnv): Promise<Buffer> => {
      const folder = path.join(projectWith(), prefix)
      write(folder, { ...all, 'package.json': manifest({ assets: ['run.sh'] }), 'run.sh': '#!/bin/sh' })
      fs.chmodSync(path.join(folder, 'run.sh'), 0o755)
      const later = new Date(Date.now() - 7 * 24 * 3600 * 1000)
      if (prefix !== '')
        for (const file of Object.keys(all)) fs.utimesSync(path.join(folder, file), later, later)
      // `-e` leaves out the script's name.
      const script = `process.umask(${env['UMASK'] ?? '0o022'}); process.argv.splice(1, 0, 'kplug'); require(${JSON.stringify(binary)})`
      const { code, stderr } = await node(folder, ['-e', script, '--', 'pack'], {
        env: { ...process.env, ...env },
      })
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('Cannot')])
      return fs.readFileSync(path.join(folder, 'dist', 'things-0.1.0.zip'))
    }
    const one = await pack('', { TZ: 'UTC' })
    const other = await pack('a/deeper/folder', { TZ: 'Pacific/Kiritimati', UMASK: '0o077' })
    expect(other.equals(one)).toBe(true)
  })

  test('is compared with that of a copy of the whole workspace', async () => {
    const folder = folderWith({
      'package.json': '{"name":"root","private":true,"workspaces":["packages/*"]}',
      'packages/shared/package.json': '{"name":"shared","type":"module","exports":"./index.ts"}',
      'packages/shared/index.ts': 'export const twice = (n: number): number => 2 * n\n',
      'packages/plugins/package.json': manifest(),
      'packages/plugins/src/functions/Twice.ts': `import { twice } from 'shared'
import { three } from '../../../beside.js'
export class Twice { exec([a]: [number]) { return twice(a) + three } }
`,
      'packages/beside.ts': 'export const three = 3\n',
    })
    fs.mkdirSync(path.join(folder, 'node_modules'))
    fs.symlinkSync('../packages/shared', path.join(folder, 'node_modules', 'shared'))
    const { code, stderr } = await kplug(path.join(folder, 'packages', 'plugins'), 'pack', '--verify')
    expect([code, stderr]).toEqual([0, expect.stringContaining('the same bytes')])
  })

  test('is packed twice and compared with --verify', async () => {
    const { code, stderr } = await kplug(projectWith(all), 'pack', '--verify')
    expect([code, stderr]).toEqual([0, expect.stringContaining('the same bytes')])
  })
})

describe('kplug pack refuses', () => {
  test.each([
    [
      'a source that eKuiper has',
      'src/sources/Memory.ts',
      plain.source('Memory'),
      'The source "memory" has the name of a source that is built into eKuiper',
    ],
    [
      'a function that eKuiper has',
      'src/functions/Abs.ts',
      plain.function('Abs'),
      'The function "abs" has the name of a function that is built into eKuiper',
    ],
    [
      'a plugin that cannot be loaded',
      'src/sinks/Bad.ts',
      `${plain.sink('Bad')}throw new Error('no disk')\n`,
      'The sink "bad" throws while it is loaded: no disk',
    ],
    [
      'two spellings of one plugin',
      'src/functions/add.ts',
      plain.function('Add'),
      'spellings of one function',
    ],
  ])('%s', async (_, file, code, reason) => {
    const folder = projectWith({ ...all, [file]: code })
    const outcome = await kplug(folder, 'pack')
    expect(outcome.stderr).toContain(reason)
    expect(outcome.code).toBe(1)
    expect(fs.existsSync(path.join(folder, 'dist'))).toBe(false)
  })

  test.each([
    ['a project without plugins', {}, [], 'No plugins to pack: create one with "kplug new"'],
    [
      'a name that is no file',
      { 'src/functions/Add.ts': fn },
      ['--name', 'a/b'],
      'Invalid package name "a/b"',
    ],
    [
      'a name that packages use',
      { 'src/functions/Add.ts': fn },
      ['--name', 'lib'],
      'Invalid package name "lib"',
    ],
    [
      'no version',
      { 'src/functions/Add.ts': fn, 'package.json': '{"name":"x","kplug":{}}' },
      [],
      'the key "version" of package.json is missing',
    ],
    [
      'an asset that is not there',
      { 'src/functions/Add.ts': fn, 'package.json': manifest({ assets: ['no/*'] }) },
      [],
      'the value "no/*" of "kplug.assets" in package.json matches no file',
    ],
    [
      'an asset in the place of a file of its own',
      {
        'src/functions/Add.ts': fn,
        'package.json': manifest({ assets: ['kplug.json'] }),
        'kplug.json': '{}',
      },
      [],
      'Two files of the package have the path "kplug.json"',
    ],
    [
      'an external that is not installed',
      { 'src/functions/Add.ts': fn, 'package.json': manifest({ external: ['gone'] }) },
      [],
      'run "npm install gone"',
    ],
  ])('%s', async (_, files, typed, reason) => {
    const outcome = await kplug(projectWith(files), 'pack', ...typed)
    expect(outcome.stderr).toContain(reason)
    expect(outcome.code).toBe(2)
  })
})
