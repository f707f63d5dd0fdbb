import { expect, test } from 'vitest'
import { FakeEngine } from '../support/fake-rest.js'
import { plain, projectWith, write } from '../support/folder.js'
import { FakeIo, kplug } from '../support/io.js'

const file = 'src/functions/Turn.ts'

const eventsIn = (stdout: string): unknown[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))

test('with --json, each event is one line', async () => {
  const engine = await FakeEngine.start()
  const io = new FakeIo(projectWith({ [file]: plain.function('Turn') }), [
    'dev',
    '--json',
    '--engine',
    engine.url,
  ])
  const run = io.run()
  await io.stdout.until('"installed"')
  write(io.cwd(), { [file]: 'export class Turn {\n  exec( }\n' })
  await io.stdout.until('"problems"')
  io.emit('SIGINT')
  const { code, stdout, stderr } = await run
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(eventsIn(stdout)).toEqual([
    { event: 'note', message: 'Watching for changes: press Ctrl-C to stop' },
    { event: 'installed', version: '0.1.0', milliseconds: expect.any(Number) },
    { event: 'problems', problems: [expect.objectContaining({ code: 'bundle-error', file, line: 2 })] },
    { event: 'note', message: 'removed the package' },
  ])
})

test('with --json, the error that stops the command is the last event', async () => {
  const folder = projectWith({ [file]: plain.function('Turn') })
  const { code, stdout, stderr } = await kplug(folder, 'dev', '--json', '--engine', 'http://127.0.0.1:1')
  expect({ code, events: eventsIn(stdout) }).toEqual({
    code: 2,
    events: [{ event: 'failed', message: stderr.trimEnd() }],
  })
})

test('with --json, a message keeps its lines', async () => {
  const engine = await FakeEngine.start()
  const folder = projectWith({ [file]: plain.function('Turn') })
  const io = new FakeIo(folder, ['dev', '--json', '--engine', engine.url])
  engine.refuseNext('one\ntwo')
  const run = io.run()
  await io.stdout.until('"failed"')
  io.emit('SIGINT')
  expect(eventsIn((await run).stdout)).toContainEqual({
    event: 'failed',
    message: 'version 0.1.0 does not run: one\ntwo; nothing is installed',
  })
})

const rule = 'kplug_dev_things'

const sqlOf = (select: string): string =>
  `CREATE STREAM demo () WITH (TYPE="simulator", DATASOURCE="x", FORMAT="json"); ${select}`

/** A session with a plugin, and a rule that uses it. */
function developing({ url }: FakeEngine): { io: FakeIo; run: ReturnType<FakeIo['run']> } {
  const folder = projectWith({ [file]: plain.function('Turn') })
  const io = new FakeIo(folder, ['dev', '--engine', url, '--rule', sqlOf('SELECT turn(1) FROM demo')])
  return { io, run: io.run() }
}

test('a change of the rule replaces the rule when the engine has stopped the plugins of the old one', async () => {
  const engine = await FakeEngine.start()
  const folder = projectWith({
    [file]: plain.function('Turn'),
    'rule.sql': sqlOf('SELECT turn(1) FROM demo'),
  })
  const io = new FakeIo(folder, ['dev', '--engine', engine.url, '--rule', 'rule.sql'])
  const run = io.run()
  await io.stderr.until('installed')
  engine.states.set('things', { status: 'running', errMsg: '', refCount: { [rule]: 1 } })
  const from = engine.asked.length
  let looks = 0
  const replaced = new Promise<void>(resolve => {
    engine.before = what => {
      if (what === 'GET /plugins/portables/things/status' && ++looks === 2) engine.states.clear()
      if (what === 'POST /rules') resolve()
    }
  })
  write(folder, { 'rule.sql': sqlOf('SELECT turn(2) FROM demo') })
  await replaced
  io.emit('SIGINT')
  expect(await run).toMatchObject({ code: 0 })
  const asked = engine.asked
    .slice(from)
    .filter(what => /^(POST|DELETE) .(rules|streams)|portables.things.status$/.test(what))
  expect(asked.slice(0, 7)).toEqual([
    `DELETE /rules/${rule}`,
    'DELETE /streams/demo',
    'GET /plugins/portables/things/status',
    'GET /plugins/portables/things/status',
    `DELETE /rules/${rule}`,
    'POST /streams',
    'POST /rules',
  ])
  expect(engine.rules).toEqual({})
})

test('a stream that the engine has with the same definition is used, and stays', async () => {
  const engine = await FakeEngine.start()
  engine.streams['demo'] = 'CREATE STREAM demo () WITH (TYPE="simulator", DATASOURCE="x", FORMAT="json")'
  const { io, run } = developing(engine)
  await io.stderr.until('installed')
  expect(Object.keys(engine.rules)).toEqual([rule])
  io.emit('SIGHUP')
  io.emit('SIGHUP')
  expect(await run).toMatchObject({ code: 0 })
  expect({ rules: engine.rules, streams: Object.keys(engine.streams) }).toEqual({
    rules: {},
    streams: ['demo'],
  })
})

test('the sink that shows the rows is no part that a new build would lack', async () => {
  const engine = await FakeEngine.start({ version: '2.0.8' })
  engine.symbols = { functions: ['turn'], sinks: ['kplugDevThings'] }
  const { io, run } = developing(engine)
  await io.stderr.until('rule kplug_dev_things: running')
  write(io.cwd(), { [file]: plain.function('Turn', 'export const more = true\n') })
  await io.stderr.until('installed', await io.stderr.until('installed'))
  io.emit('SIGINT')
  expect(await run).toMatchObject({ code: 0 })
})

test('another stream of the same name is reported with what to do', async () => {
  const engine = await FakeEngine.start()
  engine.streams['demo'] = 'CREATE STREAM demo () WITH (TYPE="mqtt")'
  const { io, run } = developing(engine)
  await io.stderr.until(
    'Cannot create the stream "demo": the engine has another one; use it by removing the CREATE statement, or choose another name\n',
  )
  io.emit('SIGINT')
  await run
  expect(Object.keys(engine.streams)).toEqual(['demo'])
})

test('the uploads are removed even if somebody has removed the package meanwhile', async () => {
  const engine = await FakeEngine.start()
  const { io, run } = developing(engine)
  await io.stderr.until('installed')
  engine.installed = undefined
  engine.states.set('things', 'missing')
  io.emit('SIGINT')
  expect(await run).toMatchObject({ code: 0 })
  expect([...engine.uploads.keys()]).toEqual([])
})
