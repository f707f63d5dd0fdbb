// Inputs that nobody types by mistake: each ends in one sentence, with the right exit code, without control characters
// and secrets, and soon.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { folderWith, plain, projectWith } from './support/folder.js'
import { hostileAnswers, hostileEngine } from './support/hostile-engine.js'
import { FakeIo, type Outcome } from './support/io.js'

const escape = '\u001b[31m'
const long = 'x'.repeat(100_000)
const secret = 'hunter2'

interface Case {
  typed: readonly string[]
  /** Of the folder. Default: a project with one function. */
  files?: Record<string, string | Buffer>
  env?: Record<string, string>
  input?: string
  code?: 1 | 2
  /** What the sentence says. */
  says: string | RegExp
}

async function outcomeOf({ typed, files, env, input = '' }: Omit<Case, 'says'>): Promise<Outcome> {
  const folder = files ? folderWith({}) : projectWith({ 'src/functions/Echo.ts': plain.function('Echo') })
  for (const [name, content] of Object.entries(files ?? {})) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    fs.writeFileSync(path.join(folder, name), content)
  }
  const io = new FakeIo(folder, typed)
  Object.assign(io.env, env)
  io.stdin.end(input)
  return io.run()
}

function expectDecent({ stdout, stderr }: Outcome): void {
  for (const text of [stdout, stderr]) {
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    expect(text).not.toContain(secret)
    expect(text).not.toContain('bug in kplug')
    expect(text.length).toBeLessThan(10_000)
  }
}

async function expectSentence(hostile: Case): Promise<void> {
  const outcome = await outcomeOf(hostile)
  expectDecent(outcome)
  expect(outcome.stderr).toMatch(hostile.says)
  if (hostile.code !== 1) expect(outcome.stderr.trimEnd().split('\n')).toHaveLength(1)
  expect(outcome.code).toBe(hostile.code ?? 2)
}

const manifest = (kplug: unknown): Record<string, string> => ({
  'package.json': JSON.stringify({
    name: 'things',
    version: '1.0.0',
    devDependencies: { kplug: '*' },
    kplug,
  }),
})

const words: Case[] = [
  { typed: [escape], says: 'Unknown command' },
  { typed: [long], says: 'Unknown command' },
  { typed: ['a\nb'], says: 'Unknown command "a\\nb": see' },
  { typed: ['list', `--${escape}`], says: 'Unknown option' },
  { typed: ['list', `--${long}`], says: /kplug list --help"\n$/ },
  { typed: ['list', `\u202e${escape}`], says: 'Unknown kind' },
  { typed: ['list', 'source', 'a\nb'], says: 'Too many arguments' },
  { typed: ['list', '-C', `a\nb${escape}`], says: 'is not a folder' },
  { typed: ['list', '-C', long], says: 'the name is too long' },
  { typed: ['list', '--plugins', `${escape}\n`], says: '' },
  { typed: ['describe', 'sink', `a\n${escape}`], says: 'name' },
  { typed: ['describe', 'sink', long], says: 'at most' },
  { typed: ['describe', long, 'a'], says: 'Unknown kind' },
  { typed: ['describe', 'sink', '__proto__'], says: 'name' },
  { typed: ['describe', 'sink', 'constructor'], says: 'No sink "constructor"', code: 1 },
  { typed: ['describe', '__proto__', 'a'], says: 'Unknown kind' },
  { typed: ['describe', 'sink', 'a', '--package', `${escape}.zip`], says: 'it does not exist' },
  { typed: ['new', 'source', `../../${escape}`], says: 'name' },
  { typed: ['new', 'source', long], says: 'at most' },
  { typed: ['new', 'source', 'a', '--template', `${escape}\n`], says: 'template' },
  { typed: ['new', 'source', 'a\u0000b'], says: 'name' },
  { typed: ['build', `${escape}\n`], says: '' },
  { typed: ['build', long], says: '' },
  { typed: ['build', '--watch', '--json'], says: 'Cannot use option "--json" with "--watch"' },
  { typed: ['init', `${escape}\n`], says: 'Cannot add kplug' },
  { typed: ['validate', `${escape}\n`], says: '' },
  { typed: ['validate', long], says: '' },
  { typed: ['validate', '--format', `${escape}\n`], says: 'Unknown format' },
  { typed: ['validate', '--props', `${escape}\n`], says: 'Cannot use option "--props" without "--boot"' },
  { typed: ['validate', '--boot', '--props', `${escape}\n`], says: 'Cannot read properties' },
  { typed: ['validate', '--boot', '--node', `${escape}\n`], says: '' },
  { typed: ['pack', '--node', `${escape}\n`], says: 'Cannot read the program' },
  { typed: ['pack', '--standalone', `${escape}\n`], says: 'Invalid platform' },
  { typed: ['pack', '--name', `a/../${escape}`], says: 'name' },
  { typed: ['completion', `${escape}\n`], says: 'Unknown shell' },
  { typed: ['state', 'list', `redis://user:${secret}@127.0.0.1:1/${escape}`], says: '' },
  { typed: ['state', escape, '.'], says: 'Invalid action' },
  { typed: ['state', 'list', `${escape}\n`], says: '', code: 2 },
]

const running: Case[] = [
  { typed: ['run', 'function', `${escape}\n`], says: 'name' },
  {
    typed: ['run', 'source', 'echo'],
    says: 'Cannot run source "echo": "echo" is a function; run "kplug run function echo"',
  },
  { typed: ['run', 'function', 'echo', '--limit', `1\n${escape}`], says: 'Invalid limit' },
  { typed: ['run', 'function', 'echo', '--timeout', `-1${escape}`], says: 'Invalid timeout' },
  { typed: ['run', 'function', 'echo', '--checkpoint', long], says: 'Invalid checkpoint' },
  { typed: ['run', 'sink', 'echo', '--prop', `${escape}\n`], says: 'Invalid property' },
  { typed: ['run', 'sink', 'echo', '--prop', 'a=1', '--prop', 'a.b=2'], says: '"a" is not an object' },
  { typed: ['run', 'sink', 'echo', '--props', `${escape}\n`], says: 'Cannot read properties' },
  { typed: ['run', 'function', 'echo', '--state', `redis://user:${secret}@host:notaport/x`], says: '' },
  { typed: ['run', 'function', 'echo', '--state', `${escape}\n`], says: 'Invalid state' },
  { typed: ['run', 'function', 'echo', '--args', 'a', '--replay', `${escape}\n`], says: 'Cannot replay' },
  { typed: ['dev', 'function echo', '--replay', `${escape}\n`], says: 'Cannot replay' },
  { typed: ['dev', '--rule', 'nope.sql'], says: 'Cannot read the rule "nope.sql": there is no such file' },
  { typed: ['run', 'function', 'echo', '--version', `${escape}\n`], says: '' },
  { typed: ['run', 'function', 'echo'], input: `{${escape}\n`, says: 'Line 1', code: 1 },
  { typed: ['run', 'function', 'echo'], input: `"${long}\n`, says: 'Line 1', code: 1 },
  { typed: ['run', 'function', 'echo'], input: '\u0000\u0001\n', says: 'Line 1', code: 1 },
  {
    typed: ['run', 'function', 'echo', '--args', 'a'],
    input: '[]\n',
    says: 'Line 1: With "--args"',
    code: 1,
  },
  { typed: ['run', 'function', 'echo'], input: `${'['.repeat(200_000)}\n`, says: 'Line 1', code: 1 },
]

const files: Case[] = [
  { typed: ['list'], files: { 'package.json': `{"${escape}` }, says: 'Cannot read' },
  { typed: ['list'], files: { 'package.json': '[]' }, says: 'Cannot use' },
  { typed: ['list'], files: { 'package.json': '\u0000' }, says: 'Cannot read' },
  { typed: ['build'], files: manifest(null), says: 'kplug' },
  { typed: ['build'], files: manifest({ [escape]: 1 }), says: 'is unknown' },
  { typed: ['build'], files: manifest({ [long]: 1 }), says: 'is unknown' },
  { typed: ['build'], files: manifest({ engines: [`http://user:${secret}@${escape}`, 1] }), says: 'engines' },
  { typed: ['push'], files: manifest({ engines: [] }), says: 'no engine' },
  { typed: ['validate', 'a.zip'], files: { 'a.zip': escape }, says: '', code: 1 },
  { typed: ['validate', 'a.zip'], files: { 'a.zip': '' }, says: '', code: 1 },
  { typed: ['validate', 'a.zip'], files: { 'a.zip': Buffer.alloc(1_000_000) }, says: '', code: 1 },
  {
    typed: ['describe', 'sink', 'a', '--package', 'a.zip'],
    files: { 'a.zip': `PK\u0003\u0004${escape}` },
    says: 'Cannot read a.zip',
  },
  {
    typed: ['describe', 'sink', 'a', '--plugins', '.'],
    files: { [`sinks/${escape}.js`]: '' },
    says: '',
    code: 1,
  },
]

const addresses: Case[] = [
  { typed: ['list', '--engine', `http://user:${secret}@${escape}`], says: 'Cannot use engine' },
  { typed: ['list', '--engine', `http://user:${secret}@127.0.0.1:1`], says: 'nothing listens there' },
  { typed: ['list', '--engine', `http://127.0.0.1:1/?token=${secret}`], says: 'nothing listens there' },
  { typed: ['list', '--engine', `ftp://user:${secret}@host`], says: 'Cannot use engine' },
  { typed: ['list', '--engine', 'http://127.0.0.1:1\n/'], says: 'Cannot use engine' },
  { typed: ['list', '--engine', long], says: 'Cannot use engine' },
  {
    typed: ['list', '--engine', 'http://127.0.0.1:1', '--ca', `${escape}\n`],
    says: 'Cannot read the certificate',
  },
  {
    typed: ['list', '--engine', 'http://127.0.0.1:1'],
    env: { KPLUG_ENGINE_TOKEN: `${secret}\n` },
    says: 'Cannot use the token',
  },
  {
    typed: ['list', '--engine', 'http://127.0.0.1:1'],
    env: { KPLUG_ENGINE_TIMEOUT: escape },
    says: 'Invalid KPLUG_ENGINE_TIMEOUT',
  },
  { typed: ['list'], env: { KPLUG_LIST_JSON: `${escape}\n` }, says: 'Invalid KPLUG_LIST_JSON' },
  { typed: ['push', '--engine', 'http://127.0.0.1:1', '--canary', `1${escape}`], says: 'Invalid number' },
  { typed: ['doctor', '--engine', `http://user:${secret}@127.0.0.1:1`], says: '' },
  { typed: ['dev', '--engine', `http://user:${secret}@127.0.0.1:1`], says: '' },
  {
    typed: ['call', 'function', 'a', '--engine', `http://user:${secret}@127.0.0.1:1`],
    says: 'nothing listens there',
  },
  { typed: ['call', 'sink', 'a', '--engine', 'http://127.0.0.1:1'], says: 'Cannot call a sink' },
  { typed: ['serve', '--port', `1${escape}`], says: 'ort' },
  { typed: ['serve', '--token', `${secret}\n`], says: 'token' },
  { typed: ['serve', '--token', ''], says: 'token' },
  { typed: ['serve', '--host', `${escape}\n`, '--port', '0'], says: '' },
]

const shortened = (typed: readonly string[]): string => {
  const line = JSON.stringify(typed)
  return line.length > 100 ? `${line.slice(0, 100)}…` : line
}

test.each([...words, ...running, ...files, ...addresses].map(one => [shortened(one.typed), one] as const))(
  'kplug %s fails in one sentence',
  (_typed, hostile) => expectSentence(hostile),
)

const asking: readonly (readonly string[])[] = [
  ['list'],
  ['describe', 'sink', 'a'],
  ['call', 'function', 'a'],
  ['doctor'],
  ['push', '--remove'],
]

test.each(Object.keys(hostileAnswers).flatMap(how => asking.map(typed => [how, typed] as const)))(
  'an engine that %s does not harm kplug %j',
  async (how, typed) => {
    const url = await hostileEngine(how)
    const env = { KPLUG_ENGINE_TIMEOUT: '0.3', KPLUG_ENGINE_TOKEN: `token-${secret}` }
    const outcome = await outcomeOf({ typed: [...typed, '--engine', url], env })
    expectDecent(outcome)
    if (how !== 'nulls' && how !== 'lies' && how !== 'nullsInList') expect(outcome.code).toBeGreaterThan(0)
  },
)

test('an engine that sends too large a response is named', async () => {
  const { code, stderr } = await outcomeOf({ typed: ['list', '--engine', await hostileEngine('floods')] })
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^Cannot reach .*: its response is larger than 16 MB\n$/),
  })
})
