import { describe, expect, test } from 'vitest'
import { FakeEngine, type Faults } from '../support/fake-rest.js'
import { manifest, plain, projectWith, write } from '../support/folder.js'
import { FakeIo, kplug, type Outcome } from '../support/io.js'

const sources = { 'src/functions/Turn.ts': plain.function('Turn') }

function setVersion(folder: string, version: string): void {
  write(folder, { 'package.json': manifest().replace('"0.1.0"', `"${version}"`) })
}

/** Pushes without starting the package here first, and without looking on afterwards. */
const push = (folder: string, ...args: string[]): Promise<Outcome> =>
  kplug(folder, 'push', '--no-boot-check', '--watch-seconds', '0', ...args)

describe('one engine', () => {
  test('a first push installs, a second one updates and keeps the way back', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start()
    const first = await push(folder, '--engine', engine.url)
    expect(first).toMatchObject({ code: 0, stdout: `${engine.url}: installed 0.1.0\n` })
    setVersion(folder, '0.2.0')
    const second = await push(folder, '--engine', engine.url)
    expect(second).toMatchObject({ code: 0, stdout: `${engine.url}: updated from 0.1.0 to 0.2.0\n` })
    setVersion(folder, '0.3.0')
    await push(folder, '--engine', engine.url)
    const kept = [...engine.uploads.keys()].map(name => name.replace(/-[0-9a-f]{8}\.zip$/, ''))
    expect(kept).toEqual(['things@0002-0.2.0', 'things@0003-0.3.0'])
  })

  test.each<[string, Faults]>([
    ['refused when it is installed', { refuses: { '0.2.0': 'fail to install plugin: no node' } }],
    ['running for a moment only', { dies: { '0.2.0': 1 } }],
  ])('an update that is %s brings the version before back', async (_how, faults) => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start(faults)
    await push(folder, '--engine', engine.url)
    setVersion(folder, '0.2.0')
    const { code, stderr } = await push(folder, '--engine', engine.url, '--watch-seconds', '1')
    expect(code).toBe(1)
    expect(stderr).toMatch(/failed: version 0\.2\.0 does not run: .*; version 0\.1\.0 is back and running\n/)
    expect(engine.installed?.version).toBe('0.1.0')
    expect(engine.uploads.size).toBe(1)
  })

  test('a first install that fails leaves nothing behind', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start({ refuses: { '0.1.0': 'no' } })
    const { code, stderr } = await push(folder, '--engine', engine.url)
    expect(code).toBe(1)
    expect(stderr).toContain('version 0.1.0 does not run: no; nothing is installed')
    expect(engine.uploads.size).toBe(0)
  })

  test('what kplug did not put there is updated only by force', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start()
    engine.installed = { name: 'things', version: '0.0.9' }
    const { code, stderr } = await push(folder, '--engine', engine.url)
    expect(code).toBe(1)
    expect(stderr).toContain('Version 0.0.9 there was not put there by kplug')
    expect(engine.installed.version).toBe('0.0.9')
    expect(await push(folder, '--engine', engine.url, '--force')).toMatchObject({ code: 0 })
  })

  test('--rollback goes back once, and says when there is nothing to go back to', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start()
    await push(folder, '--engine', engine.url)
    setVersion(folder, '0.2.0')
    await push(folder, '--engine', engine.url)
    const back = await push(folder, '--engine', engine.url, '--rollback')
    expect(back).toMatchObject({ code: 0, stdout: `${engine.url}: went back from 0.2.0 to 0.1.0\n` })
    const again = await push(folder, '--engine', engine.url, '--rollback')
    expect(again.code).toBe(1)
    expect(again.stderr).toContain('No earlier upload of "things" is kept there')
  })

  test('--remove takes the package and its uploads off', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start()
    await push(folder, '--engine', engine.url)
    expect(await push(folder, '--engine', engine.url, '--remove')).toMatchObject({ code: 0 })
    expect(engine.installed).toBeUndefined()
    expect(engine.uploads.size).toBe(0)
  })
})

test('what does not start here is sent nowhere', async () => {
  const folder = projectWith({
    'src/functions/Turn.ts': plain.function(
      'Turn',
      "\nif (process.env['HOME'] !== 'x') throw new Error('no model')\n",
    ),
  })
  const engine = await FakeEngine.start()
  const { code, stderr } = await kplug(folder, 'push', '--engine', engine.url)
  expect(code).toBe(1)
  expect(stderr).toContain('no model')
  expect(engine.asked).toEqual([])
})

test('what starts here is sent', async () => {
  const engine = await FakeEngine.start()
  const outcome = await kplug(projectWith(sources), 'push', '--engine', engine.url, '--watch-seconds', '0')
  expect(outcome).toMatchObject({ code: 0, stdout: `${engine.url}: installed 0.1.0\n` })
})

describe('what cannot be reached', () => {
  test.each<[string, Faults, string]>([
    ['a wrong token', { token: 'secret' }, 'refuses the token: give one in KPLUG_ENGINE_TOKEN'],
    ['an old engine', { version: '1.14.0' }, 'is eKuiper 1.14.0: kplug needs 2.0 or newer'],
    ['half an answer', { breaksOff: true }, 'the connection broke before the answer was complete'],
  ])('%s is a sentence', async (_what, faults, sentence) => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start(faults)
    const { code, stderr } = await push(folder, '--engine', engine.url)
    expect(code).toBe(1)
    expect(stderr).toContain(sentence)
  })

  test('the token goes out as it is', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start({ token: 'abc' })
    const io = new FakeIo(folder, ['push', '--engine', engine.url, '--watch-seconds', '0'])
    io.env['KPLUG_ENGINE_TOKEN'] = 'abc'
    expect(await io.run()).toMatchObject({ code: 0 })
  })

  test('an address that is none, and no address at all, are usage errors', async () => {
    const folder = projectWith(sources)
    expect(await push(folder, '--engine', 'gateway7')).toMatchObject({ code: 2 })
    const none = await push(folder)
    expect(none).toMatchObject({ code: 2 })
    expect(none.stderr).toContain('No engine to push to')
  })
})

describe('many engines', () => {
  const nobody = 'http://127.0.0.1:1'

  test('one down and one that refuses are two sentences beside one success', async () => {
    const folder = projectWith(sources)
    const good = await FakeEngine.start()
    const bad = await FakeEngine.start({ refuses: { '0.1.0': 'disk is full' } })
    const urls = [good.url, nobody, bad.url].flatMap(url => ['--engine', url])
    const { code, stdout, stderr } = await push(folder, ...urls)
    expect(code).toBe(1)
    expect(stdout).toBe(`${good.url}: installed 0.1.0\n`)
    expect(stderr).toContain(`${nobody}: failed: Cannot reach ${nobody}/: nothing listens there`)
    expect(stderr).toContain(
      `${bad.url}: failed: version 0.1.0 does not run: disk is full; nothing is installed`,
    )
    expect(stderr).toContain('1 of 3 engines done, 2 failed\n')
  })

  test('of twenty, two canaries go first and the others follow', async () => {
    const folder = projectWith(sources)
    const engines = await Promise.all(Array.from({ length: 20 }, () => FakeEngine.start()))
    const urls = engines.flatMap(({ url }) => ['--engine', url])
    const { code, stdout } = await push(folder, '--canary', '2', ...urls)
    expect(code).toBe(0)
    const done = stdout
      .trimEnd()
      .split('\n')
      .map(line => line.split(': ')[0])
    expect(new Set(done.slice(0, 2))).toEqual(new Set(engines.slice(0, 2).map(({ url }) => url)))
    expect(done).toHaveLength(20)
  })

  test('a canary that fails keeps the others as they are', async () => {
    const folder = projectWith(sources)
    const canary = await FakeEngine.start({ refuses: { '0.1.0': 'no' } })
    const others = await Promise.all(Array.from({ length: 3 }, () => FakeEngine.start()))
    const urls = [canary, ...others].flatMap(({ url }) => ['--engine', url])
    const { code, stderr } = await push(folder, '--canary', '1', ...urls)
    expect(code).toBe(1)
    expect(stderr).toContain('0 of 4 engines done, 1 failed, 3 not tried since a canary failed')
    expect(others.flatMap(({ asked }) => asked)).toEqual([])
  })

  test('engines may be named in package.json', async () => {
    const engine = await FakeEngine.start()
    const folder = projectWith(sources, { engines: [engine.url] })
    expect(await push(folder)).toMatchObject({ code: 0 })
  })
})
