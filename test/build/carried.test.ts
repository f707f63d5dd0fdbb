import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { filesOfPackages } from '../../src/build/carried/files.js'
import { findBonds } from '../../src/build/carried/segments.js'
import { placePackages } from '../../src/build/carried/tree.js'
import { Builds } from '../../src/build/record.js'
import { findPluginSources } from '../../src/project/plugin-sources.js'
import { readProject } from '../../src/project/project.js'
import { folderWith, manifest, plain, projectWith } from '../support/folder.js'
import { FakeIo, kplug } from '../support/io.js'
import { unzip } from '../support/unzip.js'

type Files = Record<string, string>

/** A package in a folder of packages. */
const installed = (name: string, files: Files, more: object = {}, below = 'node_modules'): Files => ({
  [`${below}/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', ...more }),
  ...Object.fromEntries(Object.entries(files).map(([file, text]) => [`${below}/${name}/${file}`, text])),
})

const uses = (name: string, expression = 'it'): Files => ({
  'src/functions/F.ts': `// @ts-nocheck\nimport it from '${name}'\nexport class F { exec() { return ${expression} } }\n`,
})

/** What is carried of a project that was built, and why. */
async function carried(files: Files, settings: object = {}): Promise<string[]> {
  const folder = projectWith(files, settings)
  expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
  const project = readProject(folder)
  const [source] = findPluginSources(project).sources
  return source ? new Builds(project).carriedBy(source).map(({ name, why }) => `${name} ${why}`) : []
}

/** What a function of a built project answers. */
async function answer(folder: string): Promise<unknown> {
  const io = new FakeIo(folder, ['run', 'function', 'f'])
  io.stdin.end('[1]\n')
  const { stdout, stderr } = await io.run()
  return stdout === '' ? stderr : JSON.parse(stdout)
}

test.each<[why: string, files: Files, more?: object]>([
  ['looks for files beside its modules', { 'index.js': "module.exports = __dirname + '/data'" }],
  [
    'looks for files beside its modules',
    { 'index.js': 'export default import.meta.url' },
    { type: 'module' },
  ],
  ['loads modules by computed names', { 'index.js': 'module.exports = name => require(name)' }],
  [
    'loads modules by computed names',
    { 'index.js': 'export default name => import(name)' },
    { type: 'module' },
  ],
  ['has a native addon', { 'index.js': "module.exports = require('./a.node')", 'a.node': '' }],
  ['has a native addon', { 'index.js': 'module.exports = 1', 'binding.gyp': '' }],
  ['cannot be bundled (Unexpected "%")', { 'index.js': '%' }],
])('a package that %s is carried', async (why, files, more) => {
  expect(await carried({ ...uses('it'), ...installed('it', files, more) })).toEqual([`it ${why}`])
})

test.each<[what: string, files: Files]>([
  [
    'words in texts and comments',
    { 'index.js': "// __dirname\nmodule.exports = '__dirname import.meta.url require(x)'" },
  ],
  ['its own __dirname', { 'index.js': "const __dirname = 'mine'\nmodule.exports = __dirname" }],
  ['imports of fixed names', { 'index.js': "module.exports = [require('node:fs'), import('node:path')]" }],
  ['an optional dependency that is not there', { 'index.js': "module.exports = () => require('absent')" }],
])('a package with %s is bundled', async (_what, files) => {
  expect(await carried({ ...uses('it'), ...installed('it', files) })).toEqual([])
})

test('a package that requires its own version of a carried package is carried too', async () => {
  const native = { 'index.js': 'module.exports = __dirname' }
  const files = {
    'src/functions/F.ts':
      "// @ts-nocheck\nimport one from 'native'\nimport two from 'wrapper'\nexport class F { exec() { return [one, two] } }\n",
    ...installed('native', native, { version: '2.0.0' }),
    ...installed(
      'wrapper',
      { 'index.js': "module.exports = require('native')" },
      { dependencies: { native: '1' } },
    ),
    ...installed('native', native, {}, 'node_modules/wrapper/node_modules'),
  }
  expect(await carried(files)).toEqual([
    'native looks for files beside its modules',
    'wrapper needs its own version of "native"',
  ])
})

test('a dependency that the author names in a string is included, so that a carried package can load it', async () => {
  const files = {
    'package.json': JSON.stringify({
      type: 'module',
      dependencies: { it: '1', other: '1', third: '1' },
      kplug: {},
    }),
    ...uses('it', "it('other')"),
    ...installed('it', { 'index.js': 'module.exports = name => require(name)' }),
    ...installed('other', { 'index.js': "module.exports = 'other'" }),
    ...installed('third', { 'index.js': "module.exports = 'third'" }),
  }
  const folder = folderWith(files)
  expect(await answer(folder)).toBe('other')
})

test('a package that is installed but not carried is not found', async () => {
  const files = {
    ...uses('it', "it(['sec', 'ret'].join(''))"),
    ...installed('it', { 'index.js': 'module.exports = name => require(name)' }),
    ...installed('secret', { 'index.js': "module.exports = 'found'" }),
  }
  expect(await answer(projectWith(files))).toMatch(/Cannot find module 'secret'/)
})

test('named exports of a CommonJS object work as in a bundle', async () => {
  const files = {
    'src/functions/F.ts': "// @ts-nocheck\nimport { a } from 'it'\nexport class F { exec() { return a } }\n",
    ...installed('it', { 'index.js': 'const made = { a: [__dirname].length }\nmodule.exports = made' }),
  }
  expect(await answer(projectWith(files))).toBe(1)
})

test('a package with the name of a Node module is carried', async () => {
  const files = {
    ...uses('bl'),
    ...installed(
      'bl',
      { 'index.js': "module.exports = require('buffer/').mine" },
      { dependencies: { buffer: '1' } },
    ),
    ...installed('buffer', { 'index.js': 'exports.mine = true' }),
  }
  const folder = projectWith(files, { external: ['bl'] })
  expect(await answer(folder)).toBe(true)
  expect(await kplug(folder, 'pack')).toMatchObject({ code: 0 })
})

test('packages are placed as npm places them, so that each importer finds its version', () => {
  const folder = folderWith({
    ...installed('a', {}, { dependencies: { b: '1', c: '1' } }),
    ...installed(
      'b',
      {},
      { version: '1.0.0', dependencies: { c: '2' }, optionalDependencies: { gone: '1' } },
    ),
    ...installed(
      'c',
      {},
      { version: '2.0.0', peerDependencies: { a: '1' }, peerDependenciesMeta: { peer: { optional: true } } },
    ),
    ...installed('c', {}, { version: '1.0.0' }, 'node_modules/a/node_modules'),
    ...installed('peer', {}, { dependencies: { '@types/x': '1' } }),
    ...installed('@types/x', {}),
  })
  const a = { name: 'a', folder: fs.realpathSync(path.join(folder, 'node_modules/a')), why: '' }
  const places = placePackages([a]).map(one => `${one.path} ${path.relative(folder, one.folder)}`)
  expect(places).toEqual([
    'node_modules/a node_modules/a',
    'node_modules/b node_modules/b',
    'node_modules/b/node_modules/c node_modules/c',
    'node_modules/c node_modules/a/node_modules/c',
    'node_modules/peer node_modules/peer',
  ])
})

test('packages that pnpm links are found from their real folders', () => {
  const folder = folderWith({
    ...installed('a', {}, { dependencies: { b: '1' } }, 'node_modules/.pnpm/a@1/node_modules'),
    ...installed('b', {}, {}, 'node_modules/.pnpm/b@1/node_modules'),
  })
  const link = (from: string, to: string): void =>
    fs.symlinkSync(path.join(folder, 'node_modules/.pnpm', to), path.join(folder, from))
  link('node_modules/a', 'a@1/node_modules/a')
  link('node_modules/.pnpm/a@1/node_modules/b', 'b@1/node_modules/b')
  const a = { name: 'a', folder: fs.realpathSync(path.join(folder, 'node_modules/a')), why: '' }
  expect(placePackages([a]).map(one => one.path)).toEqual(['node_modules/a', 'node_modules/b'])
})

test('sources, objects and declarations are left out; licences, dot files and data are included', () => {
  const elf = (machine: number): string =>
    `\u007fELF\u0002\u0001${'\0'.repeat(12)}${String.fromCharCode(machine)}\0`
  const [ours, theirs] = process.arch === 'x64' ? [62, 183] : [183, 62]
  const folder = folderWith(
    installed('a', {
      'index.js': '',
      'data.json': '',
      '.data/x': '',
      LICENSE: '',
      'LICENSE.md': '',
      'README.md': '',
      'index.d.ts': '',
      'src/a.cc': '',
      'deps/a.h': '',
      'build/a.o': '',
      'build/ours.node': elf(ours),
      'prebuilds/theirs.node': elf(theirs),
      'prebuilds/windows.node': `MZ${' '.repeat(30)}`,
      'node_modules/b/index.js': '',
    }),
  )
  const a = { name: 'a', folder: path.join(folder, 'node_modules/a'), why: '' }
  expect(
    filesOfPackages([a])
      .map(file => file.path.slice('node_modules/a/'.length))
      .toSorted(),
  ).toEqual(['.data/x', 'LICENSE', 'LICENSE.md', 'build/ours.node', 'data.json', 'index.js', 'package.json'])
})

test('pack prints each carried package with its size and why', async () => {
  const folder = projectWith({
    'package.json': manifest(),
    ...uses('it'),
    ...installed(
      'it',
      { 'index.js': 'module.exports = [__dirname].length' },
      { dependencies: { more: '1' } },
    ),
    ...installed('more', { 'index.js': '' }),
  })
  const { stdout } = await kplug(folder, 'pack')
  expect(stdout).toMatch(/^node_modules\/it 1\.0\.0 +\d+ B +looks for files beside its modules$/m)
  expect(stdout).toMatch(/^node_modules\/more 1\.0\.0 +\d+ B +is needed by "it"$/m)
})

test('code that depends on its location is assigned to the module above it', () => {
  const code = "// a.js\nlet a;\n// b.js\nkplugDirname;\nimport('x');\n__require(y);\nimport(/* z */ z);\n"
  expect(findBonds(code, ['a.js', 'b.js'])).toMatchObject([
    { input: 'b.js', text: 'kplugDirname' },
    { input: 'b.js', text: '__require(' },
    { input: 'b.js', text: expect.stringMatching(/^import\(/) },
  ])
})

test.each([
  ['import.meta.dirname', 'file-beside'],
  ['import.meta.url', 'file-beside'],
  ['__dirname', 'file-beside'],
  ['import(String(1))', 'module-computed'],
])('%s in an author’s own file is reported with its line', async (expression, code) => {
  const text = `// @ts-nocheck\n${plain.function('F')}export const it = () => ${expression}\n`
  const { code: exit, stderr } = await kplug(
    projectWith({ 'src/functions/F.ts': text }),
    'build',
    '--no-check',
  )
  expect({ exit, stderr }).toMatchObject({
    exit: 1,
    stderr: expect.stringMatching(`^src/functions/F.ts:7:\\d+: error: .*\\[${code}\\]`),
  })
})

test('the package contains the licences of bundled and of carried packages', async () => {
  const folder = projectWith({
    'src/functions/F.ts':
      "// @ts-nocheck\nimport one from '@a/bundled'\nimport two from 'carried'\nexport class F { exec() { return [one, two] } }\n",
    ...installed('@a/bundled', {
      'index.js': 'module.exports = 1',
      LICENSE: 'bundled licence',
      NOTICE: 'and notice',
    }),
    ...installed('carried', {
      'index.js': 'module.exports = [__dirname].length',
      'LICENSE.md': 'carried licence',
    }),
  })
  const { stdout } = await kplug(folder, 'pack', '--json')
  const { files }: { files: { path: string }[] } = JSON.parse(stdout)
  expect(files.map(file => file.path).filter(file => /licen/i.test(file))).toEqual([
    'lib/licenses/@a/bundled.txt',
    'node_modules/carried/LICENSE.md',
  ])
})

test('two versions of one bundled package share one licence file, and so does the Redis client', async () => {
  const files = (version: string) => ({
    'index.js': `module.exports = ${version}`,
    LICENSE: `licence ${version}`,
  })
  const folder = projectWith(
    {
      'src/functions/F.ts':
        "// @ts-nocheck\nimport one from 'debug'\nimport two from 'other'\nexport class F { exec() { return [one, two] } }\n",
      ...installed('debug', files('1')),
      ...installed('other', { 'index.js': "module.exports = require('debug')" }),
      ...installed('debug', files('2'), { version: '2.0.0' }, 'node_modules/other/node_modules'),
    },
    { state: 'redis://127.0.0.1/here' },
  )
  expect(await kplug(folder, 'pack')).toMatchObject({ code: 0 })
  const entries = new Map(
    unzip(fs.readFileSync(path.join(folder, 'dist', 'things-0.1.0.zip'))).map(entry => [
      entry.path,
      entry.content.toString(),
    ]),
  )
  expect(entries.get('lib/licenses/debug.txt')).toMatch(/^licence 1\nlicence 2\n[^]*TJ Holowaychuk/)
  expect(entries.get('lib/licenses/ioredis.txt')).toMatch(/MIT/)
})
