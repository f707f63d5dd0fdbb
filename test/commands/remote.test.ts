import { expect, test } from 'vitest'
import { FakeEngine } from '../support/fake-rest.js'
import { plain, projectWith } from '../support/folder.js'
import { kplug } from '../support/io.js'

const sources = { 'src/functions/Turn.ts': plain.function('Turn') }

/** An engine with a package of three plugins, and rules that use them. */
async function busyEngine(): Promise<FakeEngine> {
  const engine = await FakeEngine.start()
  engine.installed = { name: 'things', version: '0.1.0' }
  engine.symbols = { sources: ['ticks'], sinks: ['save'], functions: ['turn', 'unused'] }
  engine.streams['clock'] = 'CREATE STREAM clock () WITH (TYPE="ticks")'
  engine.rules['r1'] = {
    sql: "SELECT turn(a) AS unused, 'unused(1)' FROM clock -- unused(1)",
    actions: [{ log: {} }, { save: {} }],
    status: {
      source_clock_0_records_in_total: 12,
      source_clock_0_records_out_total: 10,
      source_clock_0_exceptions_total: 2,
      source_clock_0_last_exception: 'buffer full, drop message from clock to 2_project',
      op_2_project_0_exceptions_total: 1,
      op_2_project_0_last_exception: 'run Select error: no',
      sink_save_1_0_records_in_total: 7,
      sink_log_0_0_records_in_total: 9,
    },
  }
  engine.rules['r2'] = { sql: 'SELECT * FROM clock', status: { status: 'stopped by error' } }
  return engine
}

test('list --engine shows each plugin with the rules that use it, their rows, exceptions and drops', async () => {
  const engine = await busyEngine()
  const { code, stdout } = await kplug(projectWith(), 'list', '--engine', engine.url)
  expect(code).toBe(0)
  expect(stdout).toBe(
    [
      'TYPE      NAME    PACKAGE  VERSION  STATE    RULE                   ROWS  EXCEPTIONS  DROPS',
      'source    ticks   things   0.1.0    running  r1                     10    2           2',
      'source    ticks   things   0.1.0    running  r2 (stopped by error)  0     0           0',
      'sink      save    things   0.1.0    running  r1                     7     0           0',
      'function  turn    things   0.1.0    running  r1                     10    1           0',
      'function  unused  things   0.1.0    running',
      '',
    ].join('\n'),
  )
})

test('an eKuiper of version 1 is refused in one sentence', async () => {
  const engine = await FakeEngine.start({ version: '1.14.7' })
  const { code, stderr } = await kplug(projectWith(), 'list', '--engine', engine.url)
  expect(code).toBe(2)
  expect(stderr).toMatch(
    /^Cannot manage packages in .*: eKuiper 1\.14\.7 does not report the state of a package/,
  )
})

test('an engine without packages is reported', async () => {
  const engine = await FakeEngine.start()
  const outcome = await kplug(projectWith(), 'list', '--engine', engine.url)
  expect(outcome).toEqual({ code: 0, stdout: '', stderr: `No portable plugins in ${engine.url}\n` })
})

test('--diff shows plugins that are only in the project or only in the engine', async () => {
  const engine = await FakeEngine.start()
  engine.installed = { name: 'things', version: '0.0.9' }
  const { code, stdout } = await kplug(projectWith(sources), 'list', '--engine', engine.url, '--diff')
  expect(code).toBe(1)
  expect(stdout).toBe(
    'TYPE      NAME     HERE   THERE\nfunction  turn     0.1.0  -\nfunction  reverse  -      0.0.9\n',
  )
})

test('--diff without an engine is a usage error', async () => {
  const { code, stderr } = await kplug(projectWith(sources), 'list', '--diff')
  expect(code).toBe(2)
  expect(stderr).toContain('Cannot compare without an engine: "--diff" requires "--engine URL"')
})

test('describe --engine shows one plugin, and suggests a similar name', async () => {
  const engine = await FakeEngine.start()
  engine.installed = { name: 'things', version: '0.1.0' }
  engine.rules['r1'] = { sql: 'SELECT reverse(a) FROM demo' }
  const found = await kplug(
    projectWith(),
    'describe',
    'function',
    'Reverse',
    '--engine',
    engine.url,
    '--json',
  )
  expect(JSON.parse(found.stdout)).toMatchObject({
    type: 'function',
    name: 'reverse',
    package: 'things',
    version: '0.1.0',
    state: 'running',
    message: '',
    rules: ['r1'],
    uses: [{ rule: 'r1', state: 'running', rows: 0, exceptions: 0, drops: 0, lastException: '' }],
  })
  const missed = await kplug(projectWith(), 'describe', 'function', 'revers', '--engine', engine.url)
  expect(missed.code).toBe(1)
  expect(missed.stderr).toContain('did you mean "reverse"?')
})

test('describe --engine shows the form that the engine serves, and requests to try the plugin', async () => {
  const engine = await FakeEngine.start()
  engine.installed = { name: 'things', version: '0.1.0' }
  engine.metadata['functions'] = [
    {
      name: 'reverse',
      functions: [
        {
          name: 'reverse',
          hint: { en_US: 'Turns a text' },
          example: 'reverse(text)',
          args: [{ name: 'text', type: 'string', optional: false, hint: { en_US: 'Which' } }],
          return: { type: 'string' },
        },
      ],
    },
  ]
  const describe = ['describe', 'function', 'reverse', '--engine', engine.url]
  const { stdout } = await kplug(projectWith(), ...describe)
  expect(stdout).toContain('about    Turns a text\n')
  expect(stdout).toContain('\nARGUMENT  TYPE\ntext      string  Which\n')
  const sql = await kplug(projectWith(), ...describe, '--sql')
  expect(sql.stdout).toContain(
    `curl -X POST ${engine.url}/rules -d '{"id":"reverse_rule","sql":"SELECT reverse(`,
  )
})
