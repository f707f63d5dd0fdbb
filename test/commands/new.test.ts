import * as fs from 'node:fs'
import * as path from 'node:path'
import semver from 'semver'
import { describe, expect, test } from 'vitest'
import { kinds } from '../../src/plugin/kind.js'
import { templatesOf } from '../../src/project/templates.js'
import { node, repository } from '../support/binary.js'
import { contentsOf, folderWith, projectWith, write } from '../support/folder.js'
import { installedKplug } from '../support/installed-kplug.js'
import { FakeIo, kplug } from '../support/io.js'
import { installedFolder } from '../support/linked-packages.js'

interface Manifest {
  name: string
  version: string
  description: string
  devDependencies: Record<string, string>
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))

test('in an empty folder a project is created too, and the next commands are printed', async () => {
  const folder = folderWith()
  expect(await kplug(folder, 'new', 'source', 'MySource')).toEqual({
    code: 0,
    stdout: [
      'Made README.md',
      'Made .github/workflows/plugins.yml',
      'Made .gitignore',
      'Made .vscode/launch.json',
      'Made .vscode/tasks.json',
      'Made package.json',
      'Made tsconfig.json',
      'Made src/sources/MySource.ts',
      'Made test/sources/MySource.test.ts',
      '',
    ].join('\n'),
    stderr: '\nNext:\n  kplug build\n  kplug describe source mySource\n  npm install && npm test\n',
  })
  expect(Object.keys(contentsOf(folder))).toEqual([
    '.github/',
    '.github/workflows/',
    '.github/workflows/plugins.yml',
    '.gitignore',
    '.vscode/',
    '.vscode/launch.json',
    '.vscode/tasks.json',
    'README.md',
    'package.json',
    'src/',
    'src/sources/',
    'src/sources/MySource.ts',
    'test/',
    'test/sources/',
    'test/sources/MySource.test.ts',
    'tsconfig.json',
  ])
})

test('a repository without a commit counts as an empty folder', async () => {
  const folder = folderWith({ '.git/HEAD': '' })
  expect(await kplug(folder, 'new', 'source', 'a')).toMatchObject({ code: 0 })
})

test('a further plugin adds its two files only', async () => {
  const folder = folderWith()
  await kplug(folder, 'new', 'source', 'MySource')
  const before = contentsOf(folder)
  expect(await kplug(folder, 'new', 'sink', 'mySink')).toMatchObject({
    code: 0,
    stdout: 'Made src/sinks/MySink.ts\nMade test/sinks/MySink.test.ts\n',
  })
  await kplug(folder, 'new', 'functions', 'wordCount')
  expect(contentsOf(folder)).toMatchObject(before)
  expect(contentsOf(folder)['src/functions/WordCount.ts']).toContain('export class WordCount implements Func')
})

test('in a subfolder the plugin is created in the project, and the way there is printed', async () => {
  const folder = projectWith({ 'src/sinks/x': '' })
  const { code, stderr } = await kplug(path.join(folder, 'src/sinks'), 'new', 'sink', 'a')
  expect(code).toBe(0)
  expect(stderr).toContain('Next:\n  cd ../..\n  kplug build\n')
  expect(fs.existsSync(path.join(folder, 'src/sinks/A.ts'))).toBe(true)
})

test.each([
  ['pnpm-workspace.yaml', 'pnpm exec kplug build', 'pnpm install --allow-build=esbuild && pnpm test'],
  ['yarn.lock', 'yarn exec kplug build', 'yarn install && yarn test'],
])('with %s the next commands are those of its package manager', async (file, build, tests) => {
  const { stderr } = await kplug(projectWith({ [file]: '' }), 'new', 'sink', 'a')
  expect(stderr).toContain(`  ${build}\n`)
  expect(stderr).toContain(`  ${tests}\n`)
})

test('under npx the next commands use npx', async () => {
  const io = new FakeIo(projectWith(), ['new', 'sink', 'a'])
  io.env['npm_command'] = 'exec'
  expect((await io.run()).stderr).toContain('  npx kplug build\n')
})

test.each(kinds)('no placeholder of a template is left in a %s', async kind => {
  for (const instance of [[], ['--instance']]) {
    const folder = projectWith()
    await kplug(folder, 'new', kind, 'fooBar', ...instance)
    const { 'package.json': _, ...files } = contentsOf(folder)
    expect(JSON.stringify(files)).not.toMatch(/my-?(source|sink|function|plugins)/i)
    expect(files[`src/${kind}s/FooBar.ts`]).toContain(
      instance.length === 0 ? 'export class FooBar ' : 'export const FooBar: ',
    )
  }
})

describe('a refusal leaves the folder as it was', () => {
  const refused = async (folder: string, ...typed: string[]): Promise<string> => {
    const before = contentsOf(folder)
    const { code, stdout, stderr } = await kplug(folder, 'new', ...typed)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(contentsOf(folder)).toEqual(before)
    expect(stderr).toMatch(/^[A-Z].*[^.]\n$/)
    return stderr
  }

  test.each([
    ['my-source', 'mySource'],
    ['1abc', 'abc'],
    ['Ünï', 'uni'],
    ['', 'mySource'],
    ['../../x', 'x'],
  ])('of the name "%s"', async (name, valid) => {
    expect(await refused(folderWith(), 'source', name)).toBe(
      `Invalid plugin name "${name}": use camel case with letters and digits only, for example "${valid}"\n`,
    )
  })

  test('of an unknown kind', async () => {
    expect(await refused(folderWith(), 'sorce', 'a')).toBe(
      'Unknown kind "sorce": did you mean "source"? The kinds are "source", "sink", "function"\n',
    )
  })

  test.each(['MySource', 'mySource', 'MYSOURCE', 'mysource'])(
    'of the name "%s", which is taken',
    async name => {
      for (const file of ['MySource.ts', 'mySource.ts', 'MySource/index.ts']) {
        const folder = projectWith({ [`src/sources/${file}`]: '' })
        const stderr = await refused(folder, 'source', name)
        expect(stderr).toContain(
          `Cannot create the source: src/sources/${file.replace('/index.ts', '')} already exists; `,
        )
        expect(stderr).toContain('choose another name')
      }
    },
  )

  test('of another spelling even with --force, which overwrites exactly one file', async () => {
    const folder = projectWith({ 'src/sources/Mysource.ts': '' })
    expect(await refused(folder, 'source', 'mySource', '--force')).toBe(
      'Cannot create the source: src/sources/Mysource.ts already exists; choose another name\n',
    )
  })

  test('of a test that exists', async () => {
    const folder = projectWith({ 'test/sinks/A.test.ts': 'mine' })
    expect(await refused(folder, 'sink', 'a')).toBe(
      'Cannot write test/sinks/A.test.ts: the file exists; overwrite it with "--force"\n',
    )
  })

  test('of a folder with something else in it, --force or not', async () => {
    for (const force of [[], ['--force']]) {
      const folder = folderWith({ 'notes.txt': '', 'package.json': '{"name": "other"}' })
      expect(await refused(folder, 'source', 'a', ...force)).toMatch(
        /^Cannot create a project in .*: it contains ".*" and does not belong to a kplug project; use an empty folder/,
      )
    }
  })

  test('of a failed write after successful ones', async () => {
    const folder = projectWith({ test: 'a file' })
    expect(await refused(folder, 'source', 'a')).toMatch(/^Cannot write to /)
    expect(await refused(folder, 'source', `a${'b'.repeat(300)}`)).toMatch(/: use 200 characters at most$/m)
  })

  test.each([
    [['--project-name', 'My Plugins'], 'Invalid project name "My Plugins"'],
    [['--project-name', ''], 'Invalid project name ""'],
    [['--project-name', 'kplug'], 'Invalid project name "kplug": the name is reserved'],
    [['--project-name', 'a'.repeat(215)], 'Invalid project name'],
    [['--project-version', 'next'], 'Invalid project version "next": use a semantic version such as "0.1.0"'],
    [['--project-version', ''], 'Invalid project version ""'],
    [['--description', ' '], 'Invalid description " ": use one line of 1 to 200 characters'],
    [['--description', 'a\nb'], 'Invalid description "a\\nb": use one line of 1 to 200 characters'],
  ])('of %j', async (options, sentence) => {
    expect(await refused(folderWith(), 'source', 'a', ...options)).toContain(sentence)
  })

  test('of details of an existing project', async () => {
    const folder = projectWith()
    expect(await refused(folder, 'source', 'a', '--project-version', '2.0.0')).toBe(
      `Cannot use "--project-version" in the existing project ${folder}: edit its package.json instead\n`,
    )
  })

  test.each([
    [
      [],
      'Missing kind (source, sink or function) and name: add it, for example "kplug new source mySource"\n',
    ],
    [['sink'], 'Missing name: add it, for example "kplug new sink mySink"\n'],
  ])('of missing values without a terminal (%j)', async (typed, sentence) => {
    expect(await refused(folderWith(), ...typed)).toBe(sentence)
    // A standard input that never ends is not waited for.
    const io = new FakeIo(folderWith(), ['new', ...typed])
    expect(await io.run()).toEqual({ code: 2, stdout: '', stderr: sentence })
  })
})

test('--force overwrites an existing plugin', async () => {
  const folder = projectWith({ 'src/sources/A.ts': 'old', 'test/sources/A.test.ts': 'old' })
  expect(await kplug(folder, 'new', 'source', 'a', '--force')).toMatchObject({ code: 0 })
  expect(contentsOf(folder)['src/sources/A.ts']).toContain('export class A implements Source')
  expect(contentsOf(folder)['test/sources/A.test.ts']).not.toBe('old')
})

test('a plugin of another kind may have the same name', async () => {
  const folder = projectWith({ 'src/sources/A.ts': '' })
  expect(await kplug(folder, 'new', 'sink', 'a')).toMatchObject({ code: 0 })
})

test('name, version and description of the project are options', async () => {
  const folder = folderWith()
  const options = [
    '--project-name',
    '@me/things',
    '--project-version',
    '1.2.3-rc.1',
    '--description',
    'A "B" $& C',
  ]
  expect(await kplug(folder, 'new', 'sink', 'a', ...options)).toMatchObject({ code: 0 })
  expect(manifestOf(folder)).toMatchObject({
    name: '@me/things',
    version: '1.2.3-rc.1',
    description: 'A "B" $& C',
  })
  expect(contentsOf(folder)['README.md']).toMatch(/^# @me\/things\n/)
})

test.each([
  ['My Plugins', 'my-plugins'],
  ['Größe', 'gro-e'],
  ['源', 'my-plugins'],
  ['kplug', 'kplug-plugins'],
  ['plain.name', 'plain-name'],
])('in a folder "%s" the project has the name %s', async (folder, name) => {
  const root = folderWith({ [`${folder}/.git/HEAD`]: '' })
  await kplug(path.join(root, folder), 'new', 'sink', 'a')
  expect(manifestOf(path.join(root, folder)).name).toBe(name)
})

test('a kplug that runs from a clone is named by its folder', async () => {
  const folder = folderWith()
  await kplug(folder, 'new', 'sink', 'a')
  const reference = manifestOf(folder).devDependencies['kplug'] ?? ''
  expect(reference).toMatch(/^file:/)
  expect(path.resolve(folder, reference.slice('file:'.length))).toBe(repository)
})

test('a kplug that npm installed is named by its version', async () => {
  const folder = folderWith()
  expect(await node(folder, [installedKplug(), 'new', 'sink', 'a'])).toMatchObject({ code: 0 })
  const { version } = manifestOf(repository)
  expect(manifestOf(folder).devDependencies['kplug']).toBe(`^${version}`)
})

test('a new project depends on the versions that kplug is tested with', () => {
  const { devDependencies } = manifestOf(path.join(repository, 'templates/project'))
  const templates = kinds.flatMap(templatesOf)
  const { kplug: _itself, ...others } = Object.assign(
    {},
    devDependencies,
    ...templates.flatMap(template => [template.dependencies, template.devDependencies]),
  ) as Record<string, string>
  for (const [name, range] of Object.entries(others)) {
    const { version } = manifestOf(installedFolder(name))
    expect(`${name} ${semver.satisfies(version, range)}`).toBe(`${name} true`)
  }
})

describe('a template', () => {
  test('adds its packages and assets, and keeps those of the project', async () => {
    const folder = folderWith({
      'package.json':
        '{\n    "dependencies": { "mqtt": "1.0.0" },\n    "kplug": { "assets": ["models/*"] }\n}\n',
    })
    expect(await kplug(folder, 'new', 'source', 'hall', '--template', 'mqtt')).toMatchObject({
      code: 0,
      stdout:
        'Made rules/hall.sql\nMade src/sources/Hall.ts\nMade test/sources/Hall.test.ts\nChanged package.json\n',
      stderr: expect.stringContaining('npm install\n'),
    })
    await kplug(folder, 'new', 'function', 'titled', '--template', 'python')
    expect(contentsOf(folder)['scripts/titled.py']).toContain('def compute')
    expect(contentsOf(folder)['package.json']).toMatch(/^\{\n {4}"dependencies"/)
    expect(manifestOf(folder)).toMatchObject({
      dependencies: { mqtt: '1.0.0' },
      devDependencies: { aedes: expect.any(String) },
      kplug: { assets: ['models/*', 'scripts/*.py'] },
    })
  })

  test('is one of those that --template help lists', async () => {
    const { code, stdout } = await kplug(folderWith(), 'new', 'sink', '--template', 'help')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^sink {6}class {7}an empty class/)
    expect(stdout).toContain('postgres    inserts rows')
    expect(await kplug(projectWith(), 'new', 'sink', 'a', '--template', 'postgress')).toMatchObject({
      code: 2,
      stderr: 'Unknown template "postgress" for a sink: did you mean "postgres"?\n',
    })
  })
})

test('a name that eKuiper has built in is refused', async () => {
  expect(await kplug(projectWith(), 'new', 'function', 'max')).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'Cannot add the function "max": eKuiper has a built-in function of that name; choose another name, for example "myMax"\n',
  })
})

test('two plugins that are created at the same time both succeed', async () => {
  const folder = projectWith()
  write(folder, { 'src/x': '' })
  const names = ['a', 'b', 'c', 'd']
  const outcomes = await Promise.all(names.map(name => kplug(folder, 'new', 'sink', name)))
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  expect(fs.readdirSync(path.join(folder, 'src/sinks'))).toEqual(['A.ts', 'B.ts', 'C.ts', 'D.ts'])
})
