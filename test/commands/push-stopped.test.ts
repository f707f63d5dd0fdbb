import { expect, test } from 'vitest'
import { FakeEngine } from '../support/fake-rest.js'
import { manifest, plain, projectWith, write } from '../support/folder.js'
import { FakeIo, kplug, type Outcome } from '../support/io.js'

const sources = { 'src/functions/Turn.ts': plain.function('Turn') }
const quick = ['--no-boot-check', '--watch-seconds', '0']

const setVersion = (folder: string, version: string): void =>
  write(folder, { 'package.json': manifest().replace('"0.1.0"', `"${version}"`) })

/** Pushes version 0.2.0 over 0.1.0, and stops the command when the engine is asked for something. */
async function stoppedAt(engine: FakeEngine, step: RegExp, signal: string): Promise<Outcome> {
  const folder = projectWith(sources)
  await kplug(folder, 'push', ...quick, '--engine', engine.url)
  setVersion(folder, '0.2.0')
  const io = new FakeIo(folder, ['push', '--no-boot-check', '--engine', engine.url])
  engine.before = what => void (step.test(what) && io.emit(signal))
  return io.run()
}

test.each(['SIGINT', 'SIGTERM'])('%s before the upload changes nothing', async signal => {
  const engine = await FakeEngine.start()
  const { code, stderr } = await stoppedAt(engine, /^GET \/data\/export/, signal)
  expect(code).toBe(1)
  expect(stderr).toContain('failed: stopped before sending anything')
  expect(engine.installed).toMatchObject({ version: '0.1.0' })
  expect(engine.uploads.size).toBe(1)
})

test.each(['SIGINT', 'SIGTERM'])(
  '%s during the upload leaves the old version and no upload',
  async signal => {
    const engine = await FakeEngine.start()
    const { code, stderr } = await stoppedAt(engine, /^POST \/config\/uploads/, signal)
    expect(code).toBe(1)
    expect(stderr).toContain('failed: stopped while sending the package: nothing was changed')
    expect(engine.installed).toMatchObject({ version: '0.1.0' })
  },
)

test.each(['SIGINT', 'SIGTERM'])('%s during the update leaves the new version, and says so', async signal => {
  const engine = await FakeEngine.start()
  const { code, stderr } = await stoppedAt(engine, /^PUT \/plugins\/portables/, signal)
  expect(code).toBe(1)
  expect(stderr).toContain('failed: stopped: updated from 0.1.0 to 0.2.0, but did not watch it')
  expect(engine.installed).toMatchObject({ version: '0.2.0' })
})

test('a signal during an update that fails still restores the old version', async () => {
  const engine = await FakeEngine.start({ refuses: { '0.2.0': 'disk is full' } })
  const { code, stderr } = await stoppedAt(engine, /^PUT \/plugins\/portables/, 'SIGTERM')
  expect(code).toBe(1)
  expect(stderr).toContain('disk is full; version 0.1.0 is installed again and was not watched')
  expect(engine.installed).toMatchObject({ version: '0.1.0' })
})

test('when the command is stopped, the remaining engines count as not tried', async () => {
  const folder = projectWith(sources)
  const [first, second] = await Promise.all([FakeEngine.start(), FakeEngine.start()])
  const urls = [first, second].flatMap(({ url }) => ['--engine', url])
  const io = new FakeIo(folder, ['push', ...quick, '--canary', '1', ...urls])
  first.before = what => void (what.startsWith('POST /plugins') && io.emit('SIGINT'))
  const { code, stderr } = await io.run()
  expect(code).toBe(1)
  expect(stderr).toContain('0 of 2 engines done, 1 failed, 1 not tried\n')
  expect(second.asked).toEqual([])
})

test('of two pushes at the same time one succeeds, and one is refused in one sentence', async () => {
  const engine = await FakeEngine.start()
  const [mine, theirs] = [projectWith(sources), projectWith(sources)]
  setVersion(theirs, '0.2.0')
  let outcome: Outcome | undefined
  engine.before = async what => {
    if (!what.startsWith('POST /plugins/portables')) return
    engine.before = () => {}
    outcome = await kplug(theirs, 'push', ...quick, '--engine', engine.url)
  }
  expect(await kplug(mine, 'push', ...quick, '--engine', engine.url)).toMatchObject({ code: 0 })
  expect(outcome?.code).toBe(1)
  expect(outcome?.stderr).toMatch(
    /failed: Cannot change "things": another push to this engine began \d+ s ago; run the command again/,
  )
  expect(engine.installed).toMatchObject({ version: '0.1.0' })
  expect(engine.streams).toEqual({})
})

test('the lock of a killed push can be taken with --force, and expires after a while', async () => {
  const engine = await FakeEngine.start()
  const folder = projectWith(sources)
  const lock = (time: number): string =>
    `CREATE STREAM kplug_push_things () WITH (TYPE="memory", DATASOURCE="${time}")`
  engine.streams['kplug_push_things'] = lock(Date.now())
  const refused = await kplug(folder, 'push', ...quick, '--engine', engine.url)
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(await kplug(folder, 'push', ...quick, '--force', '--engine', engine.url)).toMatchObject({ code: 0 })
  engine.streams['kplug_push_things'] = lock(Date.now() - 3_600_000)
  expect(await kplug(folder, 'push', ...quick, '--engine', engine.url)).toMatchObject({ code: 0 })
  expect(engine.streams).toEqual({})
})

test('an install by somebody else while a push runs is not undone', async () => {
  const engine = await FakeEngine.start()
  engine.before = what => {
    if (!what.startsWith('POST /plugins/portables')) return
    engine.before = () => {}
    engine.installed = { name: 'things', version: '9.0.0' }
    engine.from.set('things', 'http://elsewhere/things.zip')
    engine.refuseNext('invalid name things: duplicate')
  }
  const { code, stderr } = await kplug(projectWith(sources), 'push', ...quick, '--engine', engine.url)
  expect(code).toBe(1)
  expect(stderr).toContain(
    `failed: Cannot update "things": another push installed version 9.0.0 at the same time; run "kplug list --engine ${engine.url}"\n`,
  )
  expect(engine.installed).toMatchObject({ version: '9.0.0' })
})
