import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { transformSync } from 'esbuild'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { PackageManifest } from '../../src/plugin/package-manifest.js'
import { call, command, FakeEngine, type Rep } from '../support/fake-channels.js'
import { Debugger } from '../support/debugger.js'
import { LogText } from '../support/log-text.js'
import { packageFolder } from '../support/package.js'
import { temporaryFolder } from '../support/temporary.js'

const dist = path.join(import.meta.dirname, '..', '..', 'dist')

/** The files of the host in dist, and in a package. */
const hostFiles = [
  ['supervise.sh', 'supervise.sh'],
  ['host.cjs', 'host.cjs'],
  ['host-process.cjs', 'lib/host-process.cjs'],
] as const

function putHostInto(folder: string): void {
  for (const [name, place] of hostFiles) fs.copyFileSync(path.join(dist, name), path.join(folder, place))
  for (const name of ['host.cjs', 'supervise.sh']) fs.chmodSync(path.join(folder, name), 0o755)
}

interface Started {
  child: ChildProcess
  log: LogText
  control: Rep
  channel: Rep
  folder: string
  engine: FakeEngine
}

/** A package with one function `fn` in a process of its own, as an engine starts it. */
async function started(
  code: string,
  options: {
    file?: string
    env?: NodeJS.ProcessEnv
    settings?: Partial<PackageManifest>
    parent?: boolean
    /** What `install.sh` noted as the place of Node.js. */
    nodePath?: string
  } = {},
): Promise<Started> {
  const { file = 'host.cjs', env = {}, settings, parent = false, nodePath } = options
  const engine = new FakeEngine()
  const [control, channel] = [await engine.control('things'), await engine.function('fn')]
  const keep = 'export class Keep { collect(ctx, { n }) { ctx.logger.info(`got ${n}`) } }'
  const { folder } = packageFolder({ 'functions/Fn': code, 'sinks/Keep': keep }, settings)
  putHostInto(folder)
  if (nodePath !== undefined) fs.writeFileSync(path.join(folder, '.node-path'), `${nodePath}\n`)
  const executable = path.join(folder, file)
  const log = new LogText()
  const args = ['{"sendTimeout":1000}']
  const surroundings = { cwd: folder, env: { ...process.env, KPLUG_CHANNELS: engine.folder, ...env } }
  const child = parent
    ? spawn(process.execPath, ['-e', engineProgram, executable, ...args], surroundings)
    : spawn(executable, args, surroundings)
  onTestFinished(() => void child.kill('SIGKILL'))
  child.stdout?.pipe(log)
  child.stderr?.pipe(log)
  await Promise.all([control.next(), channel.next()])
  return { child, log, control, channel, folder, engine }
}

// Starts a package and waits for its own end.
const engineProgram = `require('node:child_process').spawn(process.argv[1], process.argv.slice(2), { stdio: 'inherit' })`

describe('a process of a package', () => {
  test.each([
    ['setImmediate(() => { throw new Error("late") })', 'uncaught: late'],
    ['void Promise.reject(new Error("forgotten"))', 'unhandled rejection: forgotten'],
    ['setImmediate(() => { throw "a text" })', 'uncaught: a text'],
    ['process.exit(1)', 'process.exit() was called'],
    ['setImmediate(() => process.exit(1))', 'process.exit() was called'],
    ['exit(1)', 'process.exit() was called'],
    ['process.reallyExit(1)', 'process.reallyExit() was called'],
    ['process.abort()', 'process.abort() was called'],
    ['process.kill(process.pid)', 'was called: a plugin cannot end the process'],
    ['process.kill(process.pid, "SIGKILL")', 'was called: a plugin cannot end the process'],
    ['process.kill(0, "SIGTERM")', 'process.kill(0) was called'],
    [
      'process.on("uncaughtException", () => process.exit(7)); setImmediate(() => { throw new Error("late") })',
      'late',
    ],
    ['process.exitCode = 3; new Worker("process.exit(1)", { eval: true })', undefined],
    ['new Worker("throw new Error(\\"in a worker\\")", { eval: true })', 'uncaught: in a worker'],
    ['process.stdout.end(); process.stdout.write("more")', undefined],
    ['process.stdout.end(); void Promise.reject(new Error("after the end"))', 'after the end'],
    [
      'Object.defineProperty(process, "stdout", { value: {} }); void Promise.reject(new Error("replaced"))',
      'unhandled rejection: replaced',
    ],
    ['process.removeAllListeners(); void Promise.reject(new Error("unheard"))', 'unheard'],
    ['setImmediate(() => { throw Object.create(null) })', 'uncaught: {} was thrown'],
    ['void Promise.reject(Object.create(null))', 'unhandled rejection: {} was thrown'],
    ['Object.prototype.toJSON = () => "polluted"', undefined],
    ['Object.prototype.then = () => {}', undefined],
    ['Object.prototype.get = () => 1; Object.prototype.value = 1', undefined],
    [
      'for (const key of ["func", "result"]) Object.defineProperty(Object.prototype, key, { set() { throw new Error(key) } })',
      undefined,
    ],
    ['closeSync(0)', 'fs.closeSync(0) was ignored: a plugin cannot close a file'],
    ['closeSync(1)', 'fs.closeSync(1) was ignored: a plugin cannot close a file'],
    ['closeSync(2)', 'fs.closeSync(2) was ignored: a plugin cannot close a file'],
    ['close(1)', 'fs.close(1) was ignored'],
  ])('survives a plugin that uses %s', async (statement, logged) => {
    const code = `import { close, closeSync } from 'node:fs'
      import { exit } from 'node:process'
      import { Worker } from 'node:worker_threads'
      export class Fn { exec([say]) { if (say === 'go') { ${statement} } return say + exit.length } }`
    const { log, channel, child } = await started(code)
    await channel.ask(call('go'))
    if (logged !== undefined) await log.until(logged)
    expect(await channel.ask(call('still here'))).toContain('still here')
    expect(child.exitCode).toBeNull()
  })

  test('names the plugin of an error', async () => {
    const { log, channel } = await started(
      'export class Fn { exec() { setImmediate(() => { throw new Error("late") }); return 1 } }',
    )
    await channel.ask(call(1))
    await log.until('[error] function fn: uncaught: late (lib/functions/Fn.js:1:')
  })

  test('lets a debugger pause it at a line of TypeScript', async () => {
    const text = 'export class Fn {\n  exec([text]: [string]) {\n    return text.length\n  }\n}\n'
    const sourcemap = { sourcemap: 'inline', sourcefile: '../../src/functions/Fn.ts' } as const
    const { code } = transformSync(text, { loader: 'ts', ...sourcemap })
    const env = { KPLUG_INSPECT: '127.0.0.1:0' }
    const { log, channel, folder } = await started(code, { file: 'supervise.sh', env })
    await log.until('[info] package things: a debugger can connect to ws://127.0.0.1:')
    const debug = await Debugger.connect(log.text)
    await debug.send('Debugger.enable')
    const file = path.join(folder, 'src/functions/Fn.ts')
    await channel.ask(call('loads it'))
    await debug.breakAt({ file, line: 3 })
    const [answer, pause] = [channel.ask(call('four')), debug.paused()]
    expect(await pause).toEqual({ file, line: 3 })
    await debug.send('Debugger.resume')
    expect(await answer).toContain('4')
    debug.close()
  })

  test('refuses a debugger on another machine', async () => {
    const { log } = await started('export class Fn {}', { env: { KPLUG_INSPECT: '0.0.0.0:9229' } })
    await log.until(
      '[error] package things: Invalid KPLUG_INSPECT "0.0.0.0:9229": use a port of this machine',
    )
    expect(log.text).not.toContain('Debugger listening')
  })

  const chatty = 'export class Fn { exec([_], { logger }) { logger.info("info"); logger.error("error") } }'

  test.each([
    [
      'all but debug',
      {},
      {},
      /\[info\] package things: version[^]*info: |\[info\] function fn, rule rule1: info/,
    ],
    [
      'what its manifest says',
      { logLevel: 'error' as const },
      {},
      /^\[error\] function fn, rule rule1: error\n$/,
    ],
    [
      'what KPLUG_LOG_LEVEL says',
      { logLevel: 'debug' as const },
      { KPLUG_LOG_LEVEL: 'error' },
      /^\[error\] function fn, rule rule1: error\n$/,
    ],
  ])('logs %s', async (_, settings, env, expected) => {
    const { log, channel } = await started(chatty, { settings, env })
    await channel.ask(call(1))
    await log.until('error\n')
    expect(log.text).toMatch(expected)
  })

  test.each([['host.cjs'], ['supervise.sh']])(
    'closes its plugins and exits when its engine is killed (%s)',
    async file => {
      const code = `import * as fs from 'node:fs'
      export class Fn { exec(args) { return args[0] } close() { fs.writeFileSync(new URL('closed', import.meta.url), '') } }`
      const { child, channel, folder, log } = await started(code, { file, parent: true })
      expect(await channel.ask(call(1))).toContain('true')
      // Its standard output ends when all who have it are gone.
      const gone = once(log, 'finish')
      child.kill('SIGKILL')
      await gone
      expect(fs.existsSync(path.join(folder, 'lib', 'functions', 'closed'))).toBe(true)
    },
  )

  test('exits if nobody reads its log, even from the start', async () => {
    const engine = new FakeEngine()
    await engine.control('things')
    const { folder } = packageFolder({})
    putHostInto(folder)
    const child = spawn(path.join(folder, 'host.cjs'), ['{}'], {
      env: { ...process.env, KPLUG_CHANNELS: engine.folder },
    })
    child.stdout.destroy()
    const errors = new LogText()
    child.stderr.pipe(errors)
    await once(child, 'exit')
    expect(errors.text).toBe('')
  })

  test('exits if it cannot carry out commands', async () => {
    const engine = new FakeEngine()
    await engine.control('things')
    // No socket can have so long a path.
    const { folder } = packageFolder({ [`functions/F${'n'.repeat(100)}`]: '' })
    putHostInto(folder)
    const child = spawn(path.join(folder, 'host.cjs'), ['{}'], {
      env: { ...process.env, KPLUG_CHANNELS: engine.folder },
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const errors = new LogText()
    child.stderr.pipe(errors)
    expect(await once(child, 'close')).toEqual([1, null])
    expect(errors.text).toContain('Cannot use socket path')
  })

  test('closes its plugins and exits on SIGTERM', async () => {
    const { child, log } = await started('export class Fn { exec() {} }')
    await log.until('version 1.0.0')
    const gone = once(log, 'finish')
    child.kill('SIGTERM')
    await gone
    expect(log.text).toContain('exiting: got SIGTERM')
  })
})

describe('a process with a supervisor', () => {
  const mortal = `import { spawnSync } from 'node:child_process'
    import { writeSync } from 'node:fs'
    export class Fn { exec([say]) {
      if (say === 'memory') { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)) }
      if (say === 'kill') spawnSync('kill', ['-KILL', String(process.pid)])
      if (say === 'busy') writeSync(1, 'is busy\\n')
      while (say === 'busy');
      return say
    } }`

  test.each([['kill'], ['memory']])(
    'is restarted when it dies of "%s", and fails only that row',
    async cause => {
      const env = { NODE_OPTIONS: '--max-old-space-size=40' }
      const { channel, control } = await started(mortal, { file: 'supervise.sh', env })
      expect(await channel.ask(call(cause))).toBe('handshake')
      expect(await channel.ask(call(cause))).toContain(
        '"state":false,"result":"The process of the package died',
      )
      expect(await channel.ask(call('fine'))).toContain('fine')
      expect(await control.next()).toBe('handshake')
    },
  )

  test('starts with the Node.js found at its installation if its PATH has none', async () => {
    const tools = temporaryFolder()
    for (const tool of ['mkfifo', 'rm', 'sleep', 'ls', 'cat']) {
      const found = ['/bin', '/usr/bin'].map(folder => path.join(folder, tool)).find(fs.existsSync)
      if (found !== undefined) fs.symlinkSync(found, path.join(tools, tool))
    }
    const { channel } = await started(mortal, {
      file: 'supervise.sh',
      env: { PATH: tools },
      nodePath: process.execPath,
    })
    expect(await channel.ask('{"func":"IsAggregate"}')).toContain('"state":true')
  })

  test('exits with its supervisor, even if it is busy', async () => {
    // It is not the silence that ends it.
    const env = { KPLUG_SILENCE: '600' }
    const { channel, child, log } = await started(mortal, { file: 'supervise.sh', env })
    channel.tell(call('busy'))
    await log.until('is busy')
    // Its standard output ends when all who have it are gone.
    const gone = once(log, 'finish')
    child.kill('SIGKILL')
    await gone
  })

  test('is restarted when it hangs, and the log says so', async () => {
    const env = { KPLUG_SILENCE: '2' }
    const { channel, log } = await started(mortal, { file: 'supervise.sh', env })
    channel.tell(call('busy'))
    await log.until('[error] supervisor: the host did not respond for ')
    expect(await channel.next()).toBe('handshake')
    expect(await channel.ask(call('busy'))).toContain('The process of the package died with this request')
    expect(await channel.ask(call('fine'))).toContain('fine')
  })

  test('exits with its engine, even if it is busy', async () => {
    const { channel, child, log } = await started(mortal, { file: 'supervise.sh', parent: true })
    channel.tell(call('busy'))
    await log.until('is busy')
    // Its standard output ends when all who have it are gone.
    const gone = once(log, 'finish')
    child.kill('SIGKILL')
    await gone
  })

  test('restarts what was running, even if it is killed twice in quick succession', async () => {
    const { channel, control, log, engine } = await started(mortal, { file: 'supervise.sh' })
    const place = { ruleId: 'rule1', opId: 'keep', instanceId: 0 }
    expect(await control.ask(command('start', 'sink', 'keep', { meta: place }))).toBe('ok')
    for (let kill = 1; kill <= 2; kill += 1) {
      expect(await channel.ask(call('kill'))).toBe('handshake')
      await channel.ask(call('kill'))
      await control.next()
    }
    await log.until('took over from a process that died, with rule1_keep_0 running')
    engine.items(place)('{"n":1}')
    await log.until('got 1')
  })

  test('leaves nothing in the folder', async () => {
    const { folder } = await started(mortal, { file: 'supervise.sh' })
    expect(fs.readdirSync(folder).toSorted()).toEqual(['host.cjs', 'kplug.json', 'lib', 'supervise.sh'])
  })
})
