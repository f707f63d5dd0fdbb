import * as childProcess from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { binary, ended, node, repository } from './support/binary.js'
import { folderWith, projectWith } from './support/folder.js'
import { FakeIo, kplug, type Outcome } from './support/io.js'

const { version }: { version: string } = JSON.parse(
  fs.readFileSync(path.join(repository, 'package.json'), 'utf8'),
)

test.each([['--version'], ['-V']])('%s is the version alone', async option => {
  expect(await kplug(folderWith(), option)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

test.each([[[]], [['--help']], [['-h']]])('%j prints help and exits with 0', async typed => {
  const { code, stdout, stderr } = await kplug(folderWith(), ...typed)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const command of ['new', 'build', 'list', 'describe']) {
    expect(stdout).toMatch(new RegExp(`^  ${command} .*[a-z]$`, 'm'))
  }
})

const commands = [
  'new',
  'init',
  'build',
  'list',
  'describe',
  'validate',
  'run',
  'dev',
  'pack',
  'push',
  'call',
  'doctor',
  'state',
  'serve',
  'completion',
]

test('the help of kplug names every command', async () => {
  const { stdout } = await kplug(folderWith(), '--help')
  const named = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(match => match[1])
  expect(named).toEqual(commands)
})

test.each(commands)('%s --help has options, examples, exit codes, variables and a page', async command => {
  const { code, stdout, stderr } = await kplug(folderWith(), command, '--help')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain(`Usage: kplug ${command}`)
  expect(stdout).toContain('-C, --directory <dir>')
  expect(stdout).toMatch(/^Examples:\n {2}\$ /m)
  expect(stdout).toMatch(/^Exit codes:\n {2}0 {2}done\n[^]* {2}2 {2}could not run$/m)
  expect(stdout).toContain(`Environment: KPLUG_${command.toUpperCase()}_`)
  expect(stdout).not.toMatch(/default: (\[|""|undefined|Infinity|function)/)
  const [, page, anchor] = /^Documentation: (\S+?)(?:#(\S+))? of/m.exec(stdout) ?? []
  const text = fs.readFileSync(path.join(repository, page ?? ''), 'utf8')
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(match => slug(match[1] ?? ''))
  if (anchor !== undefined) expect(headings).toContain(anchor)
})

/** The anchor that GitHub gives to a heading. */
const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')

test('help COMMAND is COMMAND --help', async () => {
  const folder = folderWith()
  expect(await kplug(folder, 'help', 'pack')).toEqual(await kplug(folder, 'pack', '--help'))
  expect(await kplug(folder, 'help')).toEqual(await kplug(folder, '--help'))
})

test('every example in the help is a valid command line', async () => {
  for (const command of commands) {
    const { stdout } = await kplug(folderWith(), command, '--help')
    for (const [, line = ''] of stdout.matchAll(/^ {2}\$ (?:.* \| )?(kplug .*)$/gm)) {
      const typed = line
        .replace(/ [<|].*$/, '')
        .split(' ')
        .slice(1)
      const { stderr } = await kplug(folderWith(), ...typed, '--help')
      expect(stderr, line).toBe('')
    }
  }
})

/** Types a command line with some variables set. */
async function withEnvironment(folder: string, env: FakeIo['env'], ...typed: string[]): Promise<Outcome> {
  const io = new FakeIo(folder, typed)
  Object.assign(io.env, env)
  io.stdin.end()
  return io.run()
}

test('a variable sets an option, and the command line overrides it', async () => {
  const folder = folderWith({ 'a/sinks/A.js': '', 'b/sinks/B.js': '' })
  const names = async (env: FakeIo['env'], ...typed: string[]): Promise<string[]> => {
    const { stdout } = await withEnvironment(folder, env, 'list', ...typed)
    return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)
  }
  expect(await names({ KPLUG_LIST_PLUGINS: 'a', KPLUG_LIST_JSON: '1' }, '--json')).toEqual(['a'])
  expect(await names({ KPLUG_LIST_PLUGINS: 'a', KPLUG_LIST_JSON: 'true' })).toEqual(['a'])
  expect(await names({ KPLUG_LIST_PLUGINS: 'a' }, '--json', '--plugins', 'b')).toEqual(['b'])
  expect(await names({ KPLUG_LIST_PLUGINS: 'a' }, '--json', '--plugins=b')).toEqual(['b'])
})

test.each([
  ['KPLUG_LIST_JSON', 'yes', 'Invalid KPLUG_LIST_JSON "yes": use 1 or 0\n'],
  ['KPLUG_LIST_DIRECTORY', 'nowhere', expect.stringContaining('it is not a folder')],
])('%s=%s is refused in one sentence', async (name, value, stderr) => {
  expect(await withEnvironment(folderWith(), { [name]: value }, 'list')).toEqual({
    code: 2,
    stdout: '',
    stderr,
  })
})

test('a variable of a repeatable option holds several values', async () => {
  const folder = projectWith({
    'src/sources/Settings.ts': `export class Settings {
  #props = {}
  configure(_dataSource: string, props: object) { this.#props = props }
  async *open() { yield this.#props }
}
`,
  })
  const env = { KPLUG_RUN_PROP: 'a=1  b.c=2' }
  const { stdout } = await withEnvironment(folder, env, 'run', 'source', 'settings')
  expect(stdout).toBe('{"a":1,"b":{"c":2}}\n')
})

test('with --json an error is JSON too', async () => {
  const folder = folderWith()
  const message = `No sink "a" in ${folder}: see "kplug list"`
  const { code, stdout, stderr } = await kplug(folder, 'describe', 'sink', 'a', '--json', '--plugins', '.')
  expect({ code, stderr }).toEqual({ code: 1, stderr: `${message}\n` })
  expect(JSON.parse(stdout)).toEqual({ error: { message, code: 1 } })
  const wrong = await kplug(folderWith(), 'list', '--json', '--frob')
  expect(JSON.parse(wrong.stdout)).toEqual({
    error: { message: 'Unknown option "--frob": see "kplug list --help"', code: 2 },
  })
})

test.each([
  [['lst'], 'Unknown command "lst": did you mean "list"?'],
  [['frobnicate'], 'Unknown command "frobnicate": see "kplug --help"'],
  [['list', '--jsn'], 'Unknown option "--jsn": did you mean "--json"?'],
  [['list', '--zzzzzzz'], 'Unknown option "--zzzzzzz": see "kplug list --help"'],
  [['--frob'], 'Unknown option "--frob": see "kplug --help"'],
  [['describe', 'source'], 'Missing required argument "name": see "kplug describe --help"'],
  [
    ['list', 'source', 'x'],
    'Too many arguments for "list". Expected 1 argument but got 2: see "kplug list --help"',
  ],
  [['list', '-C'], 'Option "-C, --directory <dir>" argument missing: see "kplug list --help"'],
  [['frobnicate', '--help'], 'Unknown command "frobnicate": see "kplug --help"'],
  [['help', 'lst'], 'Unknown command "lst": did you mean "list"?'],
])('%j is refused in one sentence with the remedy', async (typed, sentence) => {
  expect(await kplug(folderWith(), ...typed)).toEqual({ code: 2, stdout: '', stderr: `${sentence}\n` })
})

test('-C runs a command in another folder, before or after its name', async () => {
  const project = projectWith({ 'plugins/sinks/A.js': 'export class A { collect() {} }' })
  const parent = path.dirname(project)
  const expected = 'TYPE  NAME  VERSION\nsink  a     none     in effect\n'
  expect(await kplug(parent, 'list', '-C', path.basename(project))).toMatchObject({ stdout: expected })
  expect(await kplug(parent, '-C', project, 'list')).toMatchObject({ stdout: expected })
  expect(await kplug(parent, 'list', '--directory', project)).toMatchObject({ stdout: expected })
})

test.each(['missing', 'package.json'])('-C with %s, which is not a folder, is refused', async name => {
  const project = projectWith()
  expect(await kplug(project, 'list', '-C', name)).toEqual({
    code: 2,
    stdout: '',
    stderr: `Cannot run in ${path.join(project, name)}: it is not a folder\n`,
  })
})

test.each([
  ['{', 'Cannot read FILE: Expected property name'],
  ['[]', 'Cannot use FILE: it is not a JSON object'],
])('a package.json that contains %j is refused by its path', async (text, sentence) => {
  const folder = folderWith({ 'package.json': text })
  const { code, stderr } = await kplug(folder, 'list')
  expect(code).toBe(2)
  expect(stderr).toContain(sentence.replace('FILE', path.join(folder, 'package.json')))
})

test('a bug shows its stack and asks for a report', async () => {
  const io = new FakeIo('/', ['list'])
  io.cwd = () => {
    throw new TypeError('Something of ours')
  }
  const { code, stdout, stderr } = await io.run()
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(
    /^This is a bug in kplug: report it with what you typed:\nTypeError: Something of ours\n +at .*cli\.test/,
  )
})

test('colours are used only on terminals that support them', async () => {
  const project = projectWith({ 'plugins/sinks/A.js': 'export class A { collect() {} }' })
  const coloured = async (isTTY: boolean, env: FakeIo['env']): Promise<boolean> => {
    const io = new FakeIo(project, ['describe', 'sink', 'a'])
    io.stdout.isTTY = isTTY
    Object.assign(io.env, env)
    return (await io.run()).stdout.includes('\u001b[')
  }
  expect(await coloured(true, {})).toBe(true)
  expect(await coloured(false, {})).toBe(false)
  expect(await coloured(true, { NO_COLOR: '1' })).toBe(false)
  expect(await coloured(true, { TERM: 'dumb' })).toBe(false)
  expect(await coloured(true, { FORCE_COLOR: '0' })).toBe(false)
  expect(await coloured(false, { FORCE_COLOR: '1' })).toBe(true)
})

test('the binary exits with the code of its command', async () => {
  const folder = folderWith()
  expect(await node(folder, [binary, '--version'])).toEqual({
    code: 0,
    signal: null,
    stdout: `${version}\n`,
    stderr: '',
  })
  expect(await node(folder, [binary, 'lst'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: 'Unknown command "lst": did you mean "list"?\n',
  })
})

test.each(['2>/dev/null', '2>&1'])(
  'a reader that closes the pipe early is not a failure (%s)',
  async redirection => {
    const folder = projectWith(
      Object.fromEntries(
        Array.from({ length: 3000 }, (_, i) => [`plugins/sinks/${i % 2 === 0 ? 'x' : 'my-x'}${i}@v1.js`, '']),
      ),
    )
    // The pipe's reading end is closed before anything is written.
    const child = childProcess.spawn(
      'bash',
      [
        '-c',
        `exec 3>&1; ( '${process.execPath}' '${binary}' list ${redirection}; echo "exit code $?" >&3 ) | true`,
      ],
      {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    expect(await ended(child)).toMatchObject({ stdout: 'exit code 0\n', stderr: '' })
  },
)

test.runIf(fs.existsSync('/dev/full'))('a failed write to standard output exits with 2', async () => {
  const project = projectWith({ 'plugins/sinks/A.js': 'export class A { collect() {} }' })
  for (const typed of [['--version'], ['--help'], ['list'], ['describe', 'sink', 'a']]) {
    const full = fs.openSync('/dev/full', 'w')
    const ending = await node(project, [binary, ...typed], { stdio: ['ignore', full, 'pipe'] })
    fs.closeSync(full)
    expect(ending).toMatchObject({ code: 2, stderr: 'Cannot write to standard output: the disk is full\n' })
  }
})
