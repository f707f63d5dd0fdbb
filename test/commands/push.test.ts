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
  test('a first push installs, and a second one updates and keeps the previous version', async () => {
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
  ])('an update that is %s restores the previous version', async (_how, faults) => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start(faults)
    await push(folder, '--engine', engine.url)
    setVersion(folder, '0.2.0')
    const { code, stderr } = await push(folder, '--engine', engine.url, '--watch-seconds', '1')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /failed: version 0\.2\.0 does not run: .*; version 0\.1\.0 is installed again and running\n/,
    )
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

  test('a package that kplug did not deploy is updated only with --force', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start()
    engine.installed = { name: 'things', version: '0.0.9' }
    const { code, stderr } = await push(folder, '--engine', engine.url)
    expect(code).toBe(1)
    expect(stderr).toContain(
      'kplug did not deploy version 0.0.9, so it cannot roll back to it. Use "--force" to continue',
    )
    expect(engine.installed.version).toBe('0.0.9')
    expect(await push(folder, '--engine', engine.url, '--force')).toMatchObject({ code: 0 })
  })

  test('--rollback works once, and reports when there is no earlier version', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start()
    await push(folder, '--engine', engine.url)
    setVersion(folder, '0.2.0')
    await push(folder, '--engine', engine.url)
    const back = await push(folder, '--engine', engine.url, '--rollback')
    expect(back).toMatchObject({ code: 0, stdout: `${engine.url}: rolled back from 0.2.0 to 0.1.0\n` })
    const again = await push(folder, '--engine', engine.url, '--rollback')
    expect(again.code).toBe(1)
    expect(again.stderr).toContain('No upload of "things" is older than the installed version 0.1.0')
  })

  test('--rollback compares with what is installed, not with the newest upload', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start()
    for (const version of ['0.1.0', '0.2.0', '0.2.0']) {
      setVersion(folder, version)
      await push(folder, '--engine', engine.url)
    }
    const back = await push(folder, '--engine', engine.url, '--rollback')
    expect(back.stdout).toBe(`${engine.url}: rolled back from 0.2.0 to 0.1.0\n`)
    const again = await push(folder, '--engine', engine.url, '--rollback')
    expect(again).toMatchObject({ code: 1, stdout: '' })
  })

  test('two contents of one version are distinguished by their checksums', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start()
    await push(folder, '--engine', engine.url)
    write(folder, { 'src/functions/Turn.ts': 'export class Turn {\n  exec() {\n    return 2\n  }\n}\n' })
    await push(folder, '--engine', engine.url)
    const { stdout } = await push(folder, '--engine', engine.url, '--rollback')
    expect(stdout).toMatch(/rolled back from 0\.1\.0 \([0-9a-f]{8}\) to 0\.1\.0 \([0-9a-f]{8}\)\n/)
  })

  test('a version that was restored is watched as long as a push', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start({ dies: { '0.1.0': 2, '0.2.0': 1 } })
    await push(folder, '--engine', engine.url)
    setVersion(folder, '0.2.0')
    const { code, stderr } = await push(folder, '--engine', engine.url, '--watch-seconds', '1')
    expect(code).toBe(1)
    expect(stderr).toContain('restoring 0.1.0 also failed: process exited with 1')
  })

  test('--remove keeps the upload that an export refers to, and removes it the next time', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start()
    await push(folder, '--engine', engine.url)
    const removed = await push(folder, '--engine', engine.url, '--remove')
    expect(removed.stdout).toMatch(
      /removed 0\.1\.0; the upload things@0001-0\.1\.0-\w+\.zip is kept for exports/,
    )
    expect(engine.installed).toBeUndefined()
    expect(engine.uploads.size).toBe(1)
    expect(await push(folder, '--engine', engine.url, '--remove')).toMatchObject({ code: 0 })
    expect(engine.uploads.size).toBe(0)
    const none = await push(folder, '--engine', engine.url, '--remove')
    expect(none.stderr).toContain('Package "things" is not installed')
  })

  test('after a plain REST delete, --rollback installs the newest upload again', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start()
    await push(folder, '--engine', engine.url)
    engine.installed = undefined
    const { stdout } = await push(folder, '--engine', engine.url, '--rollback')
    expect(stdout).toBe(`${engine.url}: installed 0.1.0 again\n`)
    expect(engine.installed).toMatchObject({ version: '0.1.0' })
  })

  test('--remove names the running rules that stop producing rows', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start()
    engine.rules['live'] = { sql: 'SELECT reverse(a) FROM demo' }
    engine.rules['idle'] = { sql: 'SELECT reverse(a) FROM demo', status: { status: 'stopped' } }
    await push(folder, '--engine', engine.url)
    const { stdout } = await push(folder, '--engine', engine.url, '--remove')
    expect(stdout).toContain('removed 0.1.0; rule "live" stops producing rows; ')
  })
})

test('a package that does not start here is not sent', async () => {
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

test('a package whose plugin refuses its start here is not sent, unless it gets what it needs or is not checked', async () => {
  const folder = projectWith({
    'src/sinks/Save.ts': `export class Save {
  configure(props: { license?: string }) {
    if (props.license === undefined) throw new Error('no license')
  }
  collect() {}
}
`,
  })
  const engine = await FakeEngine.start()
  const { code, stderr } = await kplug(folder, 'push', '--engine', engine.url)
  expect(code).toBe(1)
  expect(stderr).toContain('no license')
  expect(stderr).toContain('Nothing was sent. Use "--no-boot-check" to push without')
  expect(engine.asked).toEqual([])
  expect(await push(folder, '--engine', engine.url)).toMatchObject({ code: 0 })
  write(folder, { 'package.json': manifest({ check: { Save: { props: { license: 'a' } } } }) })
  const checked = await kplug(folder, 'push', '--engine', engine.url, '--watch-seconds', '0')
  expect(checked).toMatchObject({ code: 0 })
})

test('a package that starts here is sent', async () => {
  const engine = await FakeEngine.start()
  const outcome = await kplug(projectWith(sources), 'push', '--engine', engine.url, '--watch-seconds', '0')
  expect(outcome).toMatchObject({ code: 0, stdout: `${engine.url}: installed 0.1.0\n` })
})

describe('unreachable engines', () => {
  test.each<[string, Faults, string]>([
    ['a wrong token', { token: 'secret' }, 'refuses the token: set KPLUG_ENGINE_TOKEN'],
    [
      'an old engine',
      { version: '1.14.0' },
      'eKuiper 1.14.0 does not report the state of a package; use eKuiper 2.0 or newer',
    ],
    ['half an answer', { breaksOff: true }, 'the connection broke before the response was complete'],
  ])('%s is a sentence', async (_what, faults, sentence) => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start(faults)
    const { code, stderr } = await push(folder, '--engine', engine.url)
    expect(code).toBe(1)
    expect(stderr).toContain(sentence)
  })

  test('the token is sent unchanged', async () => {
    const folder = projectWith(sources)
    const engine = await FakeEngine.start({ token: 'abc' })
    const io = new FakeIo(folder, ['push', '--engine', engine.url, '--watch-seconds', '0'])
    io.env['KPLUG_ENGINE_TOKEN'] = 'abc'
    expect(await io.run()).toMatchObject({ code: 0 })
  })

  test('an invalid address and a missing address are usage errors', async () => {
    const folder = projectWith(sources)
    expect(await push(folder, '--engine', 'gateway7')).toMatchObject({ code: 2 })
    const none = await push(folder)
    expect(none).toMatchObject({ code: 2 })
    expect(none.stderr).toContain('Cannot push: no engine is named')
  })
})

describe('many engines', () => {
  const nobody = 'http://127.0.0.1:1'

  test('one unreachable engine and one refusal are two sentences beside one success', async () => {
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

  test('a failed canary leaves the other engines unchanged', async () => {
    const folder = projectWith(sources)
    const canary = await FakeEngine.start({ refuses: { '0.1.0': 'no' } })
    const others = await Promise.all(Array.from({ length: 3 }, () => FakeEngine.start()))
    const urls = [canary, ...others].flatMap(({ url }) => ['--engine', url])
    const { code, stderr } = await push(folder, '--canary', '1', ...urls)
    expect(code).toBe(1)
    expect(stderr).toContain('0 of 4 engines done, 1 failed, 3 not tried')
    expect(others.flatMap(({ asked }) => asked)).toEqual([])
  })

  test('engines may be named in package.json', async () => {
    const engine = await FakeEngine.start()
    const folder = projectWith(sources, { engines: [engine.url] })
    expect(await push(folder)).toMatchObject({ code: 0 })
  })
})
