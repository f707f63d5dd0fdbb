import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Advice } from '../../src/problem/advice.js'
import { engineChecks } from '../../src/doctor/engine-checks.js'
import { projectChecks } from '../../src/doctor/project-checks.js'
import { ruleChecks } from '../../src/doctor/rule-checks.js'
import { kplugVersion } from '../../src/project/installation.js'
import { FakeEngine, type Faults } from '../support/fake-rest.js'
import { folderWith, plain, projectWith, write } from '../support/folder.js'
import { kplug, type Outcome } from '../support/io.js'
import { linkPackages } from '../support/linked-packages.js'

const upload = 'things@0001-0.1.0-0123abcd.zip'

/** An engine with one package and a rule that uses its source and its function, all of which is well. */
async function healthyEngine(faults: Faults = {}): Promise<FakeEngine> {
  const engine = await FakeEngine.start(faults)
  const form = { node: { category: 'source', kplug: kplugVersion() } }
  engine.symbols = { sources: ['ticks'], functions: ['turn'] }
  engine.installed = { name: 'things', version: '0.1.0' }
  engine.uploads.set(upload, `/engine/data/uploads/${upload}`)
  engine.from.set('things', `file:///engine/data/uploads/${upload}`)
  engine.metadata['sources/ticks'] = { ...form, properties: { default: [{ name: 'host', default: 'a' }] } }
  engine.metadata['sources/yaml/ticks'] = { default: { host: 'a' } }
  engine.streams['clock'] = 'CREATE STREAM clock () WITH (TYPE="ticks")'
  engine.rules['r1'] = { sql: 'SELECT turn(a) FROM clock', status: counters({}) }
  return engine
}

const counters = (changed: object): object => ({
  source_clock_0_records_in_total: 10,
  source_clock_0_messages_processed_total: 10,
  source_clock_0_records_out_total: 10,
  ...changed,
})

const nowhere = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-test-'))
afterAll(() => fs.rmdirSync(nowhere))

const doctor = (engine: FakeEngine, ...more: string[]): Promise<Outcome> =>
  kplug(nowhere, 'doctor', '--engine', engine.url, ...more)

test('a healthy engine has no problems', async () => {
  expect(await doctor(await healthyEngine())).toEqual({ code: 0, stdout: 'No problems found\n', stderr: '' })
})

interface Situation {
  check: string
  code: number
  says: string
  faults?: Faults
  breakIt: (engine: FakeEngine) => void
}

const situations: Record<string, Situation> = {
  'an eKuiper of version 1': {
    check: 'engine-old',
    code: 1,
    says: 'engine: error: eKuiper 1.14.7 reports no state of a package',
    faults: { version: '1.14.7' },
    breakIt: () => {},
  },
  'an eKuiper that panics': {
    check: 'engine-panics',
    code: 0,
    says: 'engine: warning: eKuiper 2.1.0 panics if a plugin refuses a start after an update.',
    faults: { version: '2.1.0' },
    breakIt: () => {},
  },
  'a package whose process died': {
    check: 'package-failed',
    code: 1,
    says: 'package "things": error: Its process does not run (error: exit status 1).',
    breakIt: engine => engine.states.set('things', { status: 'error', errMsg: 'exit status 1' }),
  },
  'a machine without Node.js': {
    check: 'node-missing',
    code: 1,
    says: 'package "things": error: Its process never responded (receive time out).',
    breakIt: engine => engine.states.set('things', { status: 'error', errMsg: 'receive time out' }),
  },
  'a symbol that two packages serve': {
    check: 'symbol-twice',
    code: 1,
    says: 'function "turn": error: It is in the packages "things", "older", and the engine may use any of them.',
    breakIt: engine => engine.others.push({ name: 'older', version: '1', functions: ['turn'] }),
  },
  'defaults of an earlier version': {
    check: 'defaults-stale',
    code: 0,
    says: 'source "ticks": warning: The engine uses "old" as the default of "host", and the installed version has "a".',
    breakIt: engine => (engine.metadata['sources/yaml/ticks'] = { default: { host: 'old' } }),
  },
  'an upload that is gone': {
    check: 'upload-missing',
    code: 0,
    says: `package "things": warning: The upload that it was installed from no longer exists (file:///engine/data/uploads/${upload})`,
    breakIt: engine => engine.uploads.clear(),
  },
  'a package of an older kplug': {
    check: 'package-old',
    code: 0,
    says: 'package "things": warning: It was made by kplug 0.0.1, and this is kplug',
    breakIt: engine => (engine.metadata['sources/ticks'] = { node: { kplug: '0.0.1' } }),
  },
  'a package of a kplug that did not name itself': {
    check: 'package-old',
    code: 0,
    says: 'package "things": warning: It was made by an older kplug',
    breakIt: engine => delete engine.metadata['sources/ticks'],
  },
  'a source that hangs': {
    check: 'source-hangs',
    code: 1,
    says: 'rule "r1": error: The source "ticks" hangs: the rule is running, but its counters do not change (10 rows in, 9 processed).',
    breakIt: engine => setStatus(engine, counters({ source_clock_0_messages_processed_total: 9 })),
  },
  'a source that cannot start again': {
    check: 'source-hangs',
    code: 1,
    says: 'rule "r1": error: It cannot start again, because the channel of a source that hung earlier is still open',
    breakIt: engine =>
      setStatus(engine, {
        status: 'stopped by error',
        message: "can't listen on pull socket ipc:///tmp/r1.ipc: address in use",
      }),
  },
  'a rule that drops rows': {
    check: 'rows-dropped',
    code: 0,
    says: 'rule "r1": warning: eKuiper discarded 7 rows because the rule is slower than its source.',
    breakIt: engine =>
      setStatus(
        engine,
        counters({
          source_clock_0_exceptions_total: 7,
          source_clock_0_last_exception: 'buffer full, drop message 1 from clock to 2_project',
        }),
      ),
  },
  'a rule that was stopped without a word': {
    check: 'rule-stopped',
    code: 1,
    says: 'rule "r1": error: It is stopped by an error: the engine gives no reason.',
    breakIt: engine => setStatus(engine, { status: 'stopped by error', message: '' }),
  },
  'a rule whose package was removed': {
    check: 'rule-stopped',
    code: 1,
    says: 'rule "r2": error: It is stopped by an error: source type gone not found.',
    breakIt: engine => {
      engine.streams['empty'] = 'CREATE STREAM empty () WITH (TYPE="gone")'
      const status = { status: 'stopped by error', message: 'source type gone not found' }
      engine.rules['r2'] = { sql: 'SELECT * FROM empty', status }
    },
  },
  'a function that throws': {
    check: 'plugin-throws',
    code: 0,
    says: 'rule "r1": warning: "op_2_project" failed 3 times, the last time with: run Select error: no model',
    breakIt: engine =>
      setStatus(
        engine,
        counters({
          op_2_project_0_exceptions_total: 3,
          op_2_project_0_last_exception: 'run Select error: no model',
        }),
      ),
  },
}

function setStatus(engine: FakeEngine, status: object): void {
  engine.rules['r1'] = { ...engine.rules['r1'], status }
}

// Side by side, since each looks at its engine twice.
describe('an engine with a fault', () => {
  test.concurrent.each(Object.entries(situations))('%s is the only finding', async (_what, situation) => {
    const engine = await healthyEngine(situation.faults)
    situation.breakIt(engine)
    const { code, stdout } = await doctor(engine, '--json')
    expect(code).toBe(situation.code)
    const { findings }: { findings: Advice[] } = JSON.parse(stdout)
    const [first] = findings
    expect(`${first?.subject}: ${first?.severity}: ${first?.message}`).toContain(situation.says)
    expect(findings).toEqual([
      expect.objectContaining({ check: situation.check, remedy: expect.stringMatching(/^[A-Z].*\.$/) }),
    ])
  })
})

test.concurrent.each<[string, object, object]>([
  [
    'waits for space in the buffer',
    { disableBufferFullDiscard: true },
    { source_clock_0_messages_processed_total: 9 },
  ],
  ['has no rows at the moment', {}, {}],
])('a source that %s does not hang', async (_what, options, changed) => {
  const engine = await healthyEngine()
  engine.rules['r1'] = { sql: 'SELECT * FROM clock', options, status: counters(changed) }
  expect(await doctor(engine)).toMatchObject({ stdout: 'No problems found\n' })
})

test('a default that was set in the engine is not stale', async () => {
  const engine = await healthyEngine()
  engine.metadata['sources/yaml/ticks'] = { default: { host: 'mine' } }
  engine.set.add('ticks')
  expect(await doctor(engine)).toMatchObject({ stdout: 'No problems found\n' })
})

test('an unreachable engine is reported in one sentence, and nothing is checked', async () => {
  const outcome = await kplug(folderWith(), 'doctor', '--engine', 'http://127.0.0.1:1')
  expect(outcome).toMatchObject({ code: 2, stdout: '' })
  expect(outcome.stderr).toContain('Cannot reach http://127.0.0.1:1/')
})

describe('a project', () => {
  const healthy = async (): Promise<string> => {
    const folder = projectWith({ 'src/functions/Turn.ts': plain.function('Turn') })
    linkPackages(folder)
    expect(await kplug(folder, 'build')).toMatchObject({ code: 0 })
    return folder
  }

  test('without faults has no findings', async () => {
    expect(await kplug(await healthy(), 'doctor')).toEqual({
      code: 0,
      stdout: 'No problems found\n',
      stderr: '',
    })
  })

  test('without TypeScript and kplug, with a plugin that was never built', async () => {
    const folder = projectWith({ 'src/functions/Turn.ts': plain.function('Turn') })
    expect(await kplug(folder, 'doctor')).toMatchObject({
      code: 0,
      stdout: [
        'project: warning: The project has no TypeScript installed: kplug checks types with its own, and editors have none. [typescript-missing]',
        '  Run `npm install --save-dev typescript`.',
        'project: warning: The project does not have kplug installed: tests and editors cannot import it. [kplug-missing]',
        '  Run `npm install --save-dev kplug`.',
        'src/functions/Turn.ts: warning: The plugin is newer than its built file, or was never built. [plugin-stale]',
        '  Run `kplug build`.',
        '',
      ].join('\n'),
    })
  })

  test('whose packages are listed but not installed', async () => {
    const folder = folderWith()
    await kplug(folder, 'new', 'function', 'turn')
    const { stdout } = await kplug(folder, 'doctor')
    expect(stdout.match(/\[.*-missing\]|Run `npm.*/g)).toEqual([
      '[typescript-missing]',
      'Run `npm install`.',
      '[kplug-missing]',
      'Run `npm install`.',
    ])
  })

  test('with another kplug and an old TypeScript', async () => {
    const folder = projectWith()
    for (const [name, version] of [
      ['kplug', '0.0.9'],
      ['typescript', '4.9.5'],
    ]) {
      write(folder, { [`node_modules/${name}/package.json`]: JSON.stringify({ name, version }) })
    }
    const { code, stdout } = await kplug(folder, 'doctor')
    expect(code).toBe(1)
    expect(stdout).toContain('TypeScript is 4.9.5, and kplug requires 5.0.0. [typescript-old]')
    expect(stdout).toContain(`The project has kplug 0.0.9 installed, and kplug ${kplugVersion()} is running.`)
  })

  test('that does not exist is reported in one sentence', async () => {
    expect(await kplug(folderWith(), 'doctor')).toMatchObject({ code: 2, stdout: '' })
  })
})

test('docs/doctor.md explains every check', () => {
  const text = fs.readFileSync(path.join(import.meta.dirname, '../../docs/doctor.md'), 'utf8')
  const explained = [...text.matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name)
  const names = [...projectChecks, ...engineChecks, ...ruleChecks].map(({ name }) => name)
  expect(new Set(explained)).toEqual(new Set(names))
})
