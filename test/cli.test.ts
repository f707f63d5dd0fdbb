import * as childProcess from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { binary, ended, node, repository } from './support/binary.js'
import { folderWith, projectWith } from './support/folder.js'
import { FakeIo, kplug } from './support/io.js'

const { version }: { version: string } = JSON.parse(
  fs.readFileSync(path.join(repository, 'package.json'), 'utf8'),
)

test.each([['--version'], ['-V']])('%s is the version alone', async option => {
  expect(await kplug(folderWith(), option)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

test.each([[[]], [['--help']], [['-h']]])('help is a result of %j', async typed => {
  const { code, stdout, stderr } = await kplug(folderWith(), ...typed)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const command of ['new', 'build', 'list', 'describe']) {
    expect(stdout).toMatch(new RegExp(`^  ${command} .*[a-z]$`, 'm'))
  }
})

test.each(['new', 'build', 'list', 'describe'])(
  '%s --help shows its options, -C among them',
  async command => {
    const { code, stdout, stderr } = await kplug(folderWith(), command, '--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`Usage: kplug ${command}`)
    expect(stdout).toContain('-C, --directory <dir>')
  },
)

test.each([
  [['lst'], 'Unknown command "lst": did you mean "list"?'],
  [['frobnicate'], 'Unknown command "frobnicate": see "kplug --help"'],
  [['list', '--jsn'], 'Unknown option "--jsn": did you mean "--json"?'],
  [['list', '--zzzzzzz'], 'Unknown option "--zzzzzzz": see "kplug --help"'],
  [['--frob'], 'Unknown option "--frob": see "kplug --help"'],
  [['describe', 'source'], 'Missing required argument "name": see "kplug --help"'],
  [
    ['list', 'source', 'x'],
    'Too many arguments for "list". Expected 1 argument but got 2: see "kplug --help"',
  ],
  [['list', '-C'], 'Option "-C, --directory <dir>" argument missing: see "kplug --help"'],
])('%j is one sentence with the remedy', async (typed, sentence) => {
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

test.each(['missing', 'package.json'])('-C with %s, which is no folder, is a mistake', async name => {
  const project = projectWith()
  expect(await kplug(project, 'list', '-C', name)).toEqual({
    code: 2,
    stdout: '',
    stderr: `Cannot run in ${path.join(project, name)}: it is not a folder\n`,
  })
})

test.each([
  ['{', 'Cannot read FILE: Expected property name'],
  ['[]', 'Cannot use FILE: it must hold a JSON object'],
])('a package.json that holds %j is named', async (text, sentence) => {
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

test('colours are for terminals that want them', async () => {
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

test('the binary answers with exit codes', async () => {
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

test.each(['2>/dev/null', '2>&1'])('a reader that has seen enough is no failure (%s)', async redirection => {
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
})

test.runIf(fs.existsSync('/dev/full'))('an output that cannot be written is a failure', async () => {
  const project = projectWith({ 'plugins/sinks/A.js': 'export class A { collect() {} }' })
  for (const typed of [['--version'], ['--help'], ['list'], ['describe', 'sink', 'a']]) {
    const full = fs.openSync('/dev/full', 'w')
    const ending = await node(project, [binary, ...typed], { stdio: ['ignore', full, 'pipe'] })
    fs.closeSync(full)
    expect(ending).toMatchObject({ code: 2, stderr: 'Cannot write to standard output: the disk is full\n' })
  }
})
