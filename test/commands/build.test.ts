import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from 'vitest'
import { kinds } from '../../src/plugin/kind.js'
import { node } from '../support/binary.js'
import { contentsOf, folderWith, manifest, plain, projectWith, write } from '../support/folder.js'
import { kplug } from '../support/io.js'

const pluginsOf = (folder: string): Record<string, string> => {
  const plugins = path.join(folder, 'plugins')
  if (!fs.existsSync(plugins)) return {}
  // What a build notes for the next one is none of the plugins.
  return Object.fromEntries(
    Object.entries(contentsOf(plugins)).filter(([file]) => !file.startsWith('.kplug/')),
  )
}

/** Copies a built file to where nothing is installed, and answers what a script prints that has imported it as `plugin`. */
async function loaded(folder: string, file: string, script: string): Promise<string> {
  const name = path.basename(file)
  const elsewhere = folderWith({
    'package.json': '{"type": "module"}',
    [name]: fs.readFileSync(path.join(folder, file), 'utf8'),
    'script.js': `import * as plugin from './${name}'\n${script}`,
  })
  const { code, stdout, stderr } = await node(elsewhere, ['script.js'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

const print = (expression: string): string => `process.stdout.write(String(${expression}))`

describe('which plugins are built', () => {
  test('a project of all kinds, a second after it was made', async () => {
    const folder = folderWith()
    await kplug(folder, 'new', 'source', 'MySource')
    await kplug(folder, 'new', 'sink', 'mySink')
    await kplug(folder, 'new', 'function', 'wordCount')
    const { code, stdout, stderr } = await kplug(folder, 'build')
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^Built 3 plugins, .* kB, in \d+ ms\n$/),
    })
    expect(stdout).toMatch(
      /^plugins\/sources\/MySource@v0\.1\.0\.js +\S+ kB +\d+ ms\nplugins\/sinks\/MySink@v0\.1\.0\.js +\S+ kB +\d+ ms\nplugins\/functions\/WordCount@v0\.1\.0\.js +\S+ B +\d+ ms\n$/,
    )
    expect(Object.keys(pluginsOf(folder))).toEqual([
      'functions/',
      'functions/WordCount@v0.1.0.js',
      'functions/WordCount@v0.1.0.js.map',
      'package.json',
      'sinks/',
      'sinks/MySink@v0.1.0.js',
      'sinks/MySink@v0.1.0.js.map',
      'sources/',
      'sources/MySource@v0.1.0.js',
      'sources/MySource@v0.1.0.js.map',
    ])
    expect(await kplug(folder, 'describe', 'source', 'mySource')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^type +source\nname +mySource\nversion +0\.1\.0\n/),
    })
    const file = 'plugins/sinks/MySink@v0.1.0.js'
    expect(await loaded(folder, file, print('plugin.config.parse({}).prefix'))).toBe('got')
  })

  test.each([
    ['src/sinks/MySink.ts', 'MySink@v0.1.0.js'],
    ['src/sinks/mySink.ts', 'MySink@v0.1.0.js'],
    ['src/sinks/MySink/index.ts', 'MySink@v0.1.0.js'],
  ])('%s becomes %s', async (file, built) => {
    const folder = projectWith({ [file]: plain.sink('MySink') })
    expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
    expect(fs.existsSync(path.join(folder, 'plugins/sinks', built))).toBe(true)
  })

  test('a plugin’s own version comes before the project’s, and one without either has none', async () => {
    const files = { 'src/sinks/A.ts': plain.sink('A'), 'src/sinks/B.ts': plain.sink('B') }
    const folder = projectWith(files, { versions: { A: 'v2.0.0', b: 'next' } })
    await kplug(folder, 'build', '--no-check')
    expect(fs.readdirSync(path.join(folder, 'plugins/sinks')).filter(file => file.endsWith('.js'))).toEqual([
      'A@v2.0.0.js',
      'B@vnext.js',
    ])
    const bare = folderWith({ ...files, 'package.json': '{"kplug": {}}' })
    await kplug(bare, 'build', 'a', '--no-check')
    expect(fs.readdirSync(path.join(bare, 'plugins/sinks'))).toEqual(['A.js', 'A.js.map'])
  })

  test.each(['Constructor', 'ToString', 'HasOwnProperty', 'Date', 'Source', 'String'])(
    'a plugin of every kind called %s',
    async symbol => {
      const folder = folderWith()
      for (const kind of kinds) await kplug(folder, 'new', kind, symbol)
      expect(await kplug(folder, 'build')).toMatchObject({ code: 0 })
      expect(
        await loaded(
          folder,
          `plugins/functions/${symbol}@v0.1.0.js`,
          print(`new plugin.${symbol}().exec(['abc'])`),
        ),
      ).toBe('abc')
    },
  )

  test('helper files beside the plugins are not plugins', async () => {
    const folder = projectWith({
      'src/sinks/A.ts': plain.sink('A'),
      'src/sinks/A.test.ts': 'no plugin',
      'src/sinks/a.d.ts': '',
      'src/sinks/folder/x.ts': 'no plugin',
      'src/sinks/notes.md': '',
      'src/sinks/.B.ts': 'an editor’s',
      'src/other/C.ts': 'no plugin',
    })
    expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
    expect(fs.readdirSync(path.join(folder, 'plugins/sinks'))).toEqual(['A@v0.1.0.js', 'A@v0.1.0.js.map'])
  })

  test('a project without plugins is not a failure', async () => {
    expect(await kplug(projectWith(), 'build')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No plugins in src/sources, src/sinks or src/functions: create one with "kplug new"\n',
    })
  })

  test.each([
    [['a'], ['A']],
    [
      ['B', 'a'],
      ['A', 'B'],
    ],
    [['a', 'A', 'sink/a', 'sinks/A'], ['A']],
  ])('%j are built alone', async (names, symbols) => {
    const folder = projectWith({
      'src/sinks/A.ts': plain.sink('A'),
      'src/sinks/B.ts': plain.sink('B'),
      'src/sinks/C.ts': plain.sink('C'),
    })
    expect(await kplug(folder, 'build', '--no-check', ...names)).toMatchObject({ code: 0 })
    expect(Object.keys(pluginsOf(folder)).filter(file => file.endsWith('.js'))).toEqual(
      symbols.map(symbol => `sinks/${symbol}@v0.1.0.js`),
    )
  })

  test('a name selects plugins of all kinds, unless a kind is given', async () => {
    const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A'), 'src/sources/A.ts': plain.source('A') })
    expect((await kplug(folder, 'build', '--no-check', 'source/a')).stdout).toMatch(
      /^plugins\/sources\/A@.*\n$/,
    )
    expect((await kplug(folder, 'build', '--no-check', 'a')).stdout.split('\n')).toHaveLength(3)
  })

  test('an unknown name is refused, with the most similar name', async () => {
    const folder = projectWith({ 'src/sinks/MySink.ts': plain.sink('MySink') })
    expect(await kplug(folder, 'build', 'mySnk')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'No plugin "mySnk" in this project: did you mean "mySink"?\n',
    })
    expect(await kplug(folder, 'build', 'source/mySink')).toMatchObject({ code: 2 })
    expect(pluginsOf(folder)).toEqual({})
  })

  test('older versions stay, unless --clean removes those of the built plugins', async () => {
    const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A'), 'src/sinks/B.ts': plain.sink('B') })
    await kplug(folder, 'build', '--no-check')
    write(folder, { 'package.json': manifest().replace('0.1.0', '0.2.0') })
    write(folder, { 'plugins/sinks/a.js': '', 'plugins/sinks/A@v9.so': '', 'plugins/sinks/Other@v1.js': '' })
    await kplug(folder, 'build', '--no-check')
    const before = Object.keys(pluginsOf(folder))
    expect(before).toContain('sinks/A@v0.1.0.js')
    const { stderr } = await kplug(folder, 'build', '--no-check', '--clean', 'a')
    const gone = new Set(['sinks/A@v0.1.0.js', 'sinks/A@v0.1.0.js.map', 'sinks/a.js'])
    expect(Object.keys(pluginsOf(folder))).toEqual(before.filter(file => !gone.has(file)))
    expect(stderr).toMatch(
      /^Removed plugins\/sinks\/A@v0\.1\.0\.js\nRemoved plugins\/sinks\/a\.js\nBuilt 1 plugin/,
    )
  })

  test('--minify makes smaller files that do the same', async () => {
    const source = plain
      .function('A')
      .replace('return value', 'const longNameOfMine = value; return longNameOfMine')
    const folder = projectWith({ 'src/functions/A.ts': source })
    await kplug(folder, 'build', '--no-check')
    const file = 'plugins/functions/A@v0.1.0.js'
    const { size } = fs.statSync(path.join(folder, file))
    await kplug(folder, 'build', '--no-check', '--minify')
    expect(fs.statSync(path.join(folder, file)).size).toBeLessThan(size)
    expect(await loaded(folder, file, print('new plugin.A().exec([7])'))).toBe('7')
  })
})

describe('problems', () => {
  const failing = async (files: Record<string, string>, settings: object = {}, ...options: string[]) => {
    const folder = projectWith({ 'src/sinks/Good.ts': plain.sink('Good'), ...files }, settings)
    const before = contentsOf(folder)
    const { code, stdout, stderr } = await kplug(folder, 'build', ...options)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(contentsOf(folder)).toEqual(before)
    expect(stderr).toMatch(/\n\n\d+ errors?.* in \d+ files?: no file was changed\n$/)
    return stderr
  }

  test.each([
    ['export class mySource {}', '1:14: error: The symbol "MySource" is exported as "mySource"'],
    [
      '// first\n  export default class MySource {}',
      '2:3: error: The symbol "MySource" is not exported: the file has a default export',
    ],
    ['export interface MySource {}', '1:1: error: The symbol "MySource" is exported as a type only'],
    [
      'type MySource = {}\nexport type { MySource }',
      '2:1: error: The symbol "MySource" is exported as a type only',
    ],
    [
      'class MySource {}',
      '1:1: error: The symbol "MySource" is not exported, nor anything else that can run',
    ],
    ['', '1:1: error: The symbol "MySource" is not exported'],
    ['export const config = {}', '1:1: error: The symbol "MySource" is not exported'],
    ['export class Other {}', '1:14: error: The symbol "MySource" is not exported: the file exports "Other"'],
  ])('%j is reported with its remedy', async (text, message) => {
    const stderr = await failing({ 'src/sources/mySource.ts': text }, {}, '--no-check')
    expect(stderr).toContain(`src/sources/mySource.ts:${message}`)
    expect(stderr).toMatch(/\[symbol-missing\]\n {2}[A-Z].*\n\n1 error in 1 file/)
  })

  test.each([
    'class Impl {}\nexport { Impl as MySource }',
    'export const MySource = {}',
    'export function MySource() {}',
    'export * from "../impl.js"',
    'export class MySource {}\nexport default MySource',
  ])('%j exports the symbol', async text => {
    const folder = projectWith({ 'src/sources/MySource.ts': text, 'src/impl.ts': 'export class MySource {}' })
    expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
  })

  test('all problems are reported at once, in one format, grouped by file, with a count', async () => {
    const stderr = await failing({
      'src/sources/Types.ts': plain.source(
        'Types',
        'const one: string = 1\n\nconst two: number = "2"\nexport { one, two }',
      ),
      'src/sources/Syntax.ts': 'export class Syntax {\n  é( {\n}',
      'src/sources/Wrong.ts': 'export class wrong {}',
      'src/sources/Unresolved.ts': 'import x from "nowhere"\nexport class Unresolved { x = x }',
      'src/sources/my-name.ts': '',
      'src/sources/my-name2.ts': '',
    })
    const lines = stderr.split('\n')
    expect(
      lines.filter(line => line.startsWith('src/')).map(line => line.replace(/: error.*\[/, ' [')),
    ).toEqual([
      'src/sources/my-name.ts [name-invalid]',
      'src/sources/my-name2.ts [name-invalid]',
      expect.stringMatching(/^src\/sources\/Syntax\.ts:3:2 \[bundle-error\]$/),
      'src/sources/Types.ts:6:7 [type-error]',
      'src/sources/Types.ts:8:7 [type-error]',
      'src/sources/Unresolved.ts:1:15 [bundle-error]',
      'src/sources/Unresolved.ts:2:14 [method-missing]',
      'src/sources/Wrong.ts:1:14 [symbol-missing]',
    ])
    expect(stderr).toContain("Type 'number' is not assignable to type 'string'. (TS2322)")
    expect(stderr).toContain('Could not resolve "nowhere"')
    expect(stderr).toContain('Rename it to "MyName"')
    expect(stderr).toMatch(/\n\n8 errors in 6 files: no file was changed\n$/)
  })

  test('an error in one of three plugins changes no built file', async () => {
    const folder = projectWith({
      'src/sinks/A.ts': plain.sink('A'),
      'src/sinks/B.ts': plain.sink('B'),
      'src/sources/C.ts': plain.source('C'),
    })
    await kplug(folder, 'build', '--no-check')
    write(folder, {
      'src/sinks/A.ts': plain.sink('A', 'export const changed = 1'),
      'src/sinks/B.ts': plain.sink('B', 'export const wrong: string = 1'),
    })
    const before = contentsOf(folder)
    expect(await kplug(folder, 'build')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `src/sinks/B.ts:4:14: error: Type 'number' is not assignable to type 'string'. (TS2322) [type-error]\n\n1 error in 1 file: no file was changed\n`,
    })
    expect(contentsOf(folder)).toEqual(before)
  })

  test('--no-check skips the type-check', async () => {
    const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A', 'export const wrong: string = 1') })
    expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
  })

  test('columns count characters, even after non-ASCII text', async () => {
    const stderr = await failing(
      { 'src/sinks/A.ts': 'const é = "源"; export * from "nowhere"' },
      {},
      '--no-check',
    )
    expect(stderr).toContain('src/sinks/A.ts:1:30: error: Could not resolve "nowhere"')
  })

  test('a package that is not installed is named with the command that installs it', async () => {
    const stderr = await failing(
      {
        'package.json': '{"name": "p", "kplug": {}, "dependencies": {"@scope/listed": "^1.0.0"}}',
        'src/sinks/A.ts': plain.sink(
          'A',
          'import "@scope/listed/part"; import "unlisted"; import "./file.js"; import "@/alias"',
        ),
      },
      {},
      '--no-check',
    )
    expect(stderr.match(/(?<=resolve ).*|(?<=^  )Run.*/gm)).toEqual([
      '"@scope/listed/part" [bundle-error]',
      'Run `npm install`',
      '"unlisted" [bundle-error]',
      'Run `npm install unlisted`',
      '"./file.js" [bundle-error]',
      '"@/alias" [bundle-error]',
    ])
  })

  test('two spellings of one plugin are refused', async () => {
    const stderr = await failing({
      'src/sinks/A/index.ts': plain.sink('A'),
      'src/sinks/a.ts': plain.sink('A'),
      'src/sinks/Ab.ts': plain.sink('Ab'),
      'src/sinks/aB.ts': plain.sink('AB'),
    })
    expect(stderr).toContain('The files "src/sinks/A/index.ts", "src/sinks/a.ts" are spellings of one sink')
    expect(stderr).toContain('The files "src/sinks/Ab.ts", "src/sinks/aB.ts" are spellings of one sink')
  })

  test('a version for a missing plugin is refused', async () => {
    const stderr = await failing({}, { versions: { Goood: '1.0.0' } })
    expect(stderr).toContain(
      'package.json: error: The key "kplug.versions.Goood" of package.json is not the name of a plugin [version-invalid]\n  Rename it to "good"\n',
    )
  })

  test('a package with a native addon is not bundled, and a package may import packages that are not installed', async () => {
    const files = {
      'src/sinks/A.ts': `import addon from '@some/addon'\n${plain.sink('A', 'export { addon }')}`,
      'node_modules/@some/addon/package.json': '{"name": "@some/addon", "version": "1.0.0"}',
      'node_modules/@some/addon/index.js': "module.exports = require('./build/Release/addon.node')",
      'node_modules/@some/addon/build/Release/addon.node': '\u007fELF',
      'src/sinks/B.ts': `import optional from 'optional'\n${plain.sink('B', 'export { optional }')}`,
      'node_modules/optional/package.json': '{"name": "optional", "version": "1.0.0"}',
      'node_modules/optional/index.js': "module.exports = () => require('absent')",
    }
    const folder = projectWith(files)
    expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
    expect(pluginsOf(folder)['sinks/A@v0.1.0.js']).toContain('__require("@some/addon")')
    const absent = print('(() => { try { plugin.optional() } catch (error) { return error.code } })()')
    expect(await loaded(folder, 'plugins/sinks/B@v0.1.0.js', absent)).toBe('MODULE_NOT_FOUND')
  })

  test('a native addon of the author is refused with a remedy', async () => {
    const stderr = await failing(
      {
        'src/sinks/A.ts': "import addon from './addon.node'\nexport const A = addon",
        'src/sinks/addon.node': 'x',
      },
      {},
      '--no-check',
    )
    expect(stderr).toContain('The file "addon.node" is a native addon, which cannot be bundled')
  })

  test('an import that cannot be bundled for another reason is refused with that reason', async () => {
    const stderr = await failing(
      {
        'src/sinks/A.ts': "import model from './model.onnx'\nexport const A = model",
        'src/sinks/model.onnx': 'x',
      },
      {},
      '--no-check',
    )
    expect(stderr).toContain('src/sinks/A.ts:1:19: error: No loader is configured for ".onnx" files')
  })

  test.each([
    [
      '{"kplug": {"versoins": {}}}',
      'the key "kplug.versoins" of package.json is unknown; rename it to "versions"',
    ],
    [
      '{"kplug": {"external": "x"}}',
      'the key "kplug.external" of package.json is "x"; use a value of the type array',
    ],
    [
      '{"kplug": {"versions": {"A": "1/2"}}}',
      'the key "kplug.versions.A" of package.json is "1/2", and a file name cannot contain "/"',
    ],
    ['{"kplug": {}, "version": ""}', 'the key "version" of package.json is "", which is empty'],
    ['{"kplug": 1}', 'the key "kplug" of package.json is 1; use a value of the type object'],
  ])('a package.json with %s is refused', async (text, sentence) => {
    const folder = folderWith({ 'package.json': text, 'src/sinks/A.ts': plain.sink('A') })
    const { code, stderr } = await kplug(folder, 'build')
    expect(code).toBe(2)
    expect(stderr).toContain(`Cannot use ${path.join(folder, 'package.json')}: ${sentence}`)
  })

  test('a folder outside any project is refused', async () => {
    const folder = folderWith({ 'package.json': '{"name": "other"}' })
    const { code, stderr } = await kplug(folder, 'build')
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^No kplug project in .* or above: run kplug in the folder of your project, create one in /,
    )
  })
})

describe('types', () => {
  test('the project’s own tsconfig.json and its declarations apply', async () => {
    const folder = projectWith({
      'tsconfig.json':
        '{"compilerOptions": {"strict": true, "strictNullChecks": false, "noUnusedLocals": true, "module": "nodenext", "skipLibCheck": true}}',
      'src/untyped.d.ts': "declare module 'untyped' { export const value: number }",
      'node_modules/untyped/package.json': '{"name": "untyped", "main": "x.js"}',
      'node_modules/untyped/x.js': 'exports.value = 1',
      'src/sinks/A.ts': `import { value } from 'untyped'\n${plain.sink('A', 'export const text: string = null\nexport { value }')}`,
    })
    expect(await kplug(folder, 'build')).toMatchObject({ code: 0 })
    write(folder, { 'src/sinks/A.ts': plain.sink('A', 'const unused = 1') })
    expect((await kplug(folder, 'build')).stderr).toContain(
      "'unused' is declared but its value is never read",
    )
  })

  test('an error in an imported file is reported under its path in the project', async () => {
    const folder = projectWith({
      'src/lib.ts': 'export const wrong: string = 1',
      'src/sinks/A.ts': plain.sink('A', "export { wrong } from '../lib.js'"),
    })
    expect((await kplug(folder, 'build')).stderr).toContain('src/lib.ts:1:14: error: ')
    const link = path.join(folderWith(), 'link')
    fs.symlinkSync(folder, link)
    expect((await kplug(path.dirname(link), 'build', '-C', 'link')).stderr).toContain(
      'src/lib.ts:1:14: error: ',
    )
  })

  test('zod, kplug and Node’s types resolve before anything is installed', async () => {
    const folder = projectWith({
      'src/sinks/A.ts': `import * as fs from 'node:fs'\nimport type { Sink } from 'kplug'\nimport * as mini from 'zod/mini'\nimport * as z from 'zod'\nexport const schemas = [z.string(), mini.string()]\nexport class A implements Sink {\n  collect() {\n    fs.existsSync('x')\n  }\n}\n`,
    })
    expect(await kplug(folder, 'build')).toMatchObject({ code: 0 })
  })

  test('the project’s own zod comes first', async () => {
    const folder = projectWith({
      'src/sinks/A.ts': `import { mine } from 'zod'\n${plain.sink('A', 'export { mine }')}`,
      'node_modules/zod/package.json':
        '{"name": "zod", "type": "module", "exports": {"types": "./x.d.ts", "default": "./x.js"}}',
      'node_modules/zod/x.js': 'export const mine = 1',
      'node_modules/zod/x.d.ts': 'export const mine: number',
    })
    expect(await kplug(folder, 'build')).toMatchObject({ code: 0 })
  })
})

describe('a built file', () => {
  test('runs without other files, with CommonJS dependencies that require built-ins', async () => {
    const folder = projectWith({
      'src/functions/A.ts': `import old from 'old'\nimport { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)\n${plain.function('A', "export const answer = [...old, typeof require('node:fs').statSync].join()")}`,
      'node_modules/old/package.json': '{"name": "old"}',
      'node_modules/old/index.js':
        "module.exports = [require('path').sep, typeof require('node:events').once]",
    })
    expect(await kplug(folder, 'build', '--no-check')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Built 1/),
    })
    expect(await loaded(folder, 'plugins/functions/A@v0.1.0.js', print('plugin.answer'))).toBe(
      '/,function,function',
    )
  })

  test('keeps an author’s own __dirname', async () => {
    const folder = projectWith({
      'src/functions/A.ts': plain.function('A', "const __dirname = 'mine'\nexport const answer = __dirname"),
    })
    await kplug(folder, 'build', '--no-check')
    expect(await loaded(folder, 'plugins/functions/A@v0.1.0.js', print('plugin.answer'))).toBe('mine')
  })

  test.each([[''], ["import old from 'old'\nexport { old }\n"]])(
    'maps stack traces to its source (%j)',
    async imports => {
      const thrower = `${imports}export class A {\n  exec(): never {\n    const reason: string = 'bad'\n    throw new Error(reason)\n  }\n}\n`
      const folder = projectWith({
        'src/functions/A.ts': thrower,
        'node_modules/old/package.json': '{"name": "old"}',
        'node_modules/old/index.js': "module.exports = [require('path'), __filename]",
        'run.mjs': "import { A } from './plugins/functions/A@v0.1.0.js'\nnew A().exec()",
      })
      await kplug(folder, 'build', '--no-check')
      const { stderr } = await node(folder, ['--enable-source-maps', 'run.mjs'])
      const line = thrower.split('\n').findIndex(text => text.includes('throw')) + 1
      expect(stderr).toContain(`${path.join(folder, 'src/functions/A.ts')}:${line}:11`)
    },
  )

  test('has the same bytes whether built alone or with others, and on every build', async () => {
    const folder = projectWith({
      'src/sinks/A.ts': `import * as z from 'zod'\n${plain.sink('A', 'export const config = z.object({})')}`,
      'src/sinks/B.ts': `import * as z from 'zod'\n${plain.sink('B', 'export const config = z.object({})')}`,
    })
    await kplug(folder, 'build', '--no-check')
    const together = pluginsOf(folder)
    await kplug(folder, 'build', '--no-check', 'a')
    await kplug(folder, 'build', '--no-check', 'b')
    expect(pluginsOf(folder)).toEqual(together)
  })

  test.each([
    ['with nothing of kplug installed', () => {}],
    [
      'with kplug and zod linked',
      (folder: string) => {
        const modules = path.join(folder, 'node_modules')
        const repository = path.join(import.meta.dirname, '../..')
        fs.symlinkSync(repository, path.join(modules, 'kplug'))
        fs.symlinkSync(path.join(repository, 'node_modules/zod'), path.join(modules, 'zod'))
      },
    ],
  ])('has the same bytes at every depth %s, without the path of the project', async (_situation, install) => {
    const root = folderWith({
      'lib/package.json':
        '{"name": "lib", "type": "module", "exports": {".": "./x.js", "./old": "./old.cjs"}}',
      'lib/x.js': "export { default as old } from './old.cjs'\nexport const lib = 1",
      'lib/old.cjs': "exports.x = require('path')",
    })
    const built = []
    for (const depth of ['a', 'b/c/d e/f']) {
      const folder = path.join(root, depth)
      write(folder, {
        'package.json': manifest(),
        'src/functions/A.ts': `import 'kplug'\nimport { lib, old } from 'lib'\nimport * as z from 'zod'\n${plain.function('A', 'export const config = z.object({})\nexport { lib, old }')}`,
      })
      fs.mkdirSync(path.join(folder, 'node_modules'))
      fs.symlinkSync(path.join(root, 'lib'), path.join(folder, 'node_modules/lib'))
      install(folder)
      expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
      built.push(pluginsOf(folder))
    }
    expect(built[0]).toEqual(built[1])
    const code = built[0]?.['functions/A@v0.1.0.js'] ?? ''
    const map: { sources: string[] } = JSON.parse(built[0]?.['functions/A@v0.1.0.js.map'] ?? '')
    expect(code).toContain('// zod/v4/')
    expect(code).toContain('// lib/x.js')
    expect(code).toContain('"lib/old.cjs"(exports)')
    expect(map.sources.some(source => source.startsWith('zod/v4/'))).toBe(true)
    const paths = [...code.matchAll(/^ *\/\/ (\S+\.[cm]?[jt]s)$/gm)].map(([, file]) => file ?? '')
    expect(paths.length).toBeGreaterThan(3)
    for (const file of [...paths, ...map.sources.filter(source => !source.startsWith('../../src/'))]) {
      expect(file).toMatch(/^(src|zod|kplug|lib)\//)
    }
  })
})
