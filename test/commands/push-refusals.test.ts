import { expect, test } from 'vitest'
import { FakeEngine, type Faults } from '../support/fake-rest.js'
import { plain, projectWith } from '../support/folder.js'
import { kplug, type Outcome } from '../support/io.js'

const push = (folder: string, engine: FakeEngine, ...more: string[]): Promise<Outcome> =>
  kplug(folder, 'push', '--no-boot-check', '--watch-seconds', '0', '--engine', engine.url, ...more)

/** An engine in which version 0.0.1 of the package "things" is installed from an upload. */
async function engineWith(symbols: FakeEngine['symbols'], faults: Faults = {}): Promise<FakeEngine> {
  const engine = await FakeEngine.start(faults)
  const file = 'things@0001-0.0.1-00000000.zip'
  engine.symbols = symbols
  engine.installed = { name: 'things', version: '0.0.1', ...symbols }
  engine.uploads.set(file, `/engine/data/uploads/${file}`)
  engine.from.set('things', `file:///engine/data/uploads/${file}`)
  return engine
}

const sent = ({ asked }: FakeEngine): string[] => asked.filter(what => !what.startsWith('GET '))

const strict = {
  'src/sinks/Save.ts': `
import type { Sink } from 'kplug'
export const config = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value: { mode?: string }) =>
      value.mode === 'safe' ? { value } : { issues: [{ message: 'expected "safe"', path: ['mode'] }] },
  },
}
export class Save implements Sink { collect() {} }
`,
}

test('a symbol of another package is refused before anything is sent', async () => {
  const engine = await FakeEngine.start()
  engine.others.push({ name: 'older', version: '1.0.0', functions: ['turn'] })
  const folder = projectWith({ 'src/functions/Turn.ts': plain.function('Turn') })
  const refused = await push(folder, engine)
  expect(refused.code).toBe(1)
  expect(refused.stderr).toBe(
    `${engine.url}: failed: The function "turn" is also in the installed package "older", and the engine would use either; rename one of them. Use "--force" to continue\n`,
  )
  expect(sent(engine)).toEqual([])
  const forced = await push(folder, engine, '--force')
  expect(forced.code).toBe(0)
  expect(forced.stderr).toContain('warning: The function "turn" is also in the installed package "older"')
})

test('a plugin that a running rule uses is not removed without --force', async () => {
  const engine = await engineWith({ functions: ['turn', 'gone', 'unused', 'stopped'] })
  engine.rules['r1'] = { sql: "SELECT turn(a), gone(b), 'unused(1)' FROM demo -- stopped(1)" }
  engine.rules['r2'] = { sql: 'SELECT stopped(a) FROM demo', status: { status: 'stopped' } }
  const folder = projectWith({ 'src/functions/Turn.ts': plain.function('Turn') })
  const refused = await push(folder, engine)
  expect(refused.stderr).toContain(
    'failed: Rule "r1" uses the function "gone", which this version of "things" does not have; stop or change rule "r1" first. Use "--force" to continue\n',
  )
  expect(sent(engine)).toEqual([])
  expect(await push(folder, engine, '--force')).toMatchObject({ code: 0 })
})

test('removing a source of a running rule is refused even with --force if it would crash the engine', async () => {
  const engine = await engineWith({ sources: ['ticks'] }, { version: '2.1.0' })
  engine.streams['clock'] = 'CREATE STREAM clock () WITH (type = "ticks", DATASOURCE="x")'
  engine.rules['r1'] = { sql: 'SELECT * FROM clock' }
  const folder = projectWith({ 'src/functions/Turn.ts': plain.function('Turn') })
  const refused = await push(folder, engine, '--force')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('the update would end eKuiper 2.1.0')
  expect(refused.stderr).not.toContain('Use "--force"')
  expect(sent(engine)).toEqual([])
})

test('properties that a running rule gives are checked with the "config" of the new version', async () => {
  const engine = await engineWith({ sinks: ['save'] })
  engine.rules['r1'] = { sql: 'SELECT * FROM demo', actions: [{ log: {} }, { save: { mode: 'fast' } }] }
  const refused = await push(projectWith(strict), engine)
  expect(refused.stderr).toContain(
    'Rule "r1" gives the sink "save" properties that this version refuses (Cannot configure the sink: mode: expected "safe", got "fast")',
  )
  expect(sent(engine)).toEqual([])
  engine.rules['r1'] = { sql: 'SELECT * FROM demo', actions: [{ save: { mode: 'safe' } }] }
  expect(await push(projectWith(strict), engine)).toMatchObject({ code: 0 })
})

test('with --force a version that refuses the start of a rule stays installed', async () => {
  const engine = await engineWith({ sinks: ['save'] })
  engine.rules['r1'] = { sql: 'SELECT * FROM demo', actions: [{ save: { mode: 'fast' } }] }
  engine.states.set('things', { status: 'error', errMsg: 'receive error: Error: Cannot configure the sink' })
  expect(await push(projectWith(strict), engine, '--force')).toMatchObject({
    code: 0,
    stdout: `${engine.url}: updated from 0.0.1 to 0.1.0\n`,
  })
})

test('a property that comes from a named configuration counts as well', async () => {
  const engine = await engineWith({ sinks: ['save'] })
  engine.metadata['sinks/yaml/save'] = { shared: { mode: 'fast' } }
  engine.rules['r1'] = { sql: 'SELECT * FROM demo', actions: [{ save: { resourceId: 'shared' } }] }
  expect((await push(projectWith(strict), engine)).stderr).toContain('expected "safe", got "fast"')
})

test('a function that becomes an aggregate function is refused: the engine asked the old one', async () => {
  const engine = await engineWith({ functions: ['turn'] })
  engine.metadata['functions'] = [{ name: 'turn', functions: [{ name: 'turn', aggregate: false }] }]
  const folder = projectWith({
    'src/functions/Turn.ts':
      'export class Turn {\n  isAggregate() {\n    return true\n  }\n  exec() {\n    return 1\n  }\n}\n',
  })
  const refused = await push(folder, engine)
  expect(refused.stderr).toContain(
    'The function "turn" becomes an aggregate function, and the engine learns that only when it restarts',
  )
  expect(sent(engine)).toEqual([])
  expect(await push(folder, engine, '--force')).toMatchObject({ code: 0 })
})

const defaults = (host: string): string => `
import * as z from 'zod'
import type { Source } from 'kplug'
export const config = z.object({ host: z.string().default('${host}'), port: z.number().default(1) })
export class Ticks implements Source<z.infer<typeof config>> { async *open() { yield { at: 1 } } }
`

test('changed default properties are stored in the engine, which would keep the old ones', async () => {
  const engine = await engineWith({ sources: ['ticks'] })
  engine.metadata['sources/yaml/ticks'] = { default: { host: 'old', port: 1 } }
  engine.metadata['sources/ticks'] = { properties: { default: [{ name: 'host', default: 'old' }] } }
  const outcome = await push(projectWith({ 'src/sources/Ticks.ts': defaults('new') }), engine)
  expect(outcome).toMatchObject({ code: 0 })
  expect(engine.metadata['sources/yaml/ticks']).toEqual({ default: { host: 'new', port: 1 } })
})

test('a default that was changed in the engine is kept and reported', async () => {
  const engine = await engineWith({ sources: ['ticks'] })
  engine.metadata['sources/yaml/ticks'] = { default: { host: 'mine', port: 1 } }
  engine.metadata['sources/ticks'] = { properties: { default: [{ name: 'host', default: 'old' }] } }
  const { stderr } = await push(projectWith({ 'src/sources/Ticks.ts': defaults('new') }), engine)
  expect(stderr).toContain(
    'the default of "host" of the source "ticks" stays "mine", because it was changed in the engine; the package has "new"\n',
  )
  expect(engine.metadata['sources/yaml/ticks']).toEqual({ default: { host: 'mine', port: 1 } })
})

test('--rollback restores the default properties of the earlier version', async () => {
  const engine = await engineWith({ sources: ['ticks'] })
  const file = 'things@0002-0.0.2-11111111.zip'
  engine.uploads.set(file, `/engine/data/uploads/${file}`)
  engine.from.set('things', `file:///engine/data/uploads/${file}`)
  const form = (host: string): object => ({ properties: { default: [{ name: 'host', default: host }] } })
  engine.metadata['sources/yaml/ticks'] = { default: { host: 'new', port: 1 } }
  engine.metadata['sources/ticks'] = form('new')
  engine.before = what => {
    if (what.startsWith('PUT /plugins/portables')) engine.metadata['sources/ticks'] = form('old')
  }
  const folder = projectWith({ 'src/sources/Ticks.ts': defaults('new') })
  expect(await push(folder, engine, '--rollback')).toMatchObject({ code: 0 })
  expect(engine.metadata['sources/yaml/ticks']).toEqual({ default: { host: 'old', port: 1 } })
})

test('a push to eKuiper 2.0.0 to 2.1.0 without a boot check is refused while rules use its sources or sinks', async () => {
  const folder = projectWith({ 'src/sinks/Save.ts': plain.sink('Save') })
  for (const [version, code] of [
    ['2.1.0', 1],
    ['2.1.1', 0],
  ] as const) {
    const engine = await engineWith({ sinks: ['save'] }, { version })
    engine.rules['r1'] = { sql: 'SELECT a FROM demo', actions: [{ save: {} }] }
    const { stderr, ...outcome } = await push(folder, engine, '--force')
    expect(outcome.code).toBe(code)
    const refusal = `failed: The package was not started here, and rule "r1" uses its sources or sinks; the update would end eKuiper 2.1.0, which panics when a plugin refuses a start; leave out "--no-boot-check", or stop or change rule "r1" first\n`
    expect(stderr.includes(refusal)).toBe(code === 1)
  }
})

test('an engine outside the versions that a package is for is a warning', async () => {
  const folder = projectWith({ 'src/functions/Turn.ts': plain.function('Turn') }, { engine: '2.1' })
  const engine = await engineWith({ functions: ['turn'] })
  const { code, stderr } = await push(folder, engine)
  expect(code).toBe(0)
  expect(stderr).toContain(
    `${engine.url}: warning: eKuiper 2.4.0 is not one that the package is for: "kplug.engine" is "2.1"\n`,
  )
})
