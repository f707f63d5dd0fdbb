import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from 'vitest'
import { call, command } from '../support/fake-channels.js'
import { folderWith } from '../support/folder.js'
import { hosted, hostedFunction } from '../support/package.js'

const echo = 'export class Echo { exec([value]) { return value } }'
const ticks = 'export class Ticks { async *open() { yield { n: 1 }; yield { n: 2 } } }'
const broken = 'throw new Error("no model here")'

describe('a package', () => {
  test('sends handshakes on its own channel and those of its functions before any plugin is loaded', async () => {
    const { control, functions, folder } = await hosted({
      'functions/Echo': `import * as fs from 'node:fs'\nfs.writeFileSync(new URL('loaded', import.meta.url), '')\n${echo}`,
    })
    expect(await control.next()).toBe('handshake')
    expect(await functions.get('echo')?.next()).toBe('handshake')
    const loaded = path.join(folder, 'lib', 'functions', 'loaded')
    expect(fs.existsSync(loaded)).toBe(false)
    expect(await control.ask(command('start', 'function', 'echo'))).toBe('ok')
    expect(fs.existsSync(loaded)).toBe(true)
  })

  test('sends the handshake again on a new connection', async () => {
    const { control, functions } = await hosted({ 'functions/Echo': echo })
    await control.next()
    control.drop()
    expect(await control.next()).toBe('handshake')
    expect(await control.ask(command('start', 'function', 'echo'))).toBe('ok')
    functions.get('echo')?.drop()
  })

  test('fails only the rules of a plugin that cannot be loaded', async () => {
    const { control, functions } = await hosted({ 'functions/Broken': broken, 'functions/Echo': echo })
    await control.next()
    expect(await control.ask(command('start', 'function', 'broken'))).toBe(
      'Error: Cannot load function "broken": no model here',
    )
    expect(await control.ask(command('start', 'function', 'echo'))).toBe('ok')
    await functions.get('echo')?.next()
    expect(await functions.get('echo')?.ask(call(1))).toBe('{"state":true,"result":1}')
    await functions.get('broken')?.next()
    expect(await functions.get('broken')?.ask(call(1))).toContain(
      '"state":false,"result":"Cannot load function',
    )
  })

  test.each([
    ['{', 'Error: Expected property name'],
    ['{"cmd":"hurry"}', 'Error: Unknown command "hurry"'],
    [command('start', 'source', 'ghost'), 'Error: Package "things" has no source "ghost"'],
    [command('start', 'sink', 'echo'), 'Error: Package "things" has no sink "echo"'],
    [command('stop', 'sink', 'ghost'), 'ok'],
    [command('stop', 'function', 'echo'), 'ok'],
    [command('start', 'function', 'echo'), 'ok'],
  ])('replies to %s with a sentence or ok, never with an "h"', async (text, answer) => {
    const { control } = await hosted({ 'functions/Echo': echo })
    await control.next()
    const given = await control.ask(text)
    expect(given.startsWith(answer)).toBe(true)
    expect(given).not.toMatch(/^h/)
    // Whatever it was, the next command is served.
    expect(await control.ask(command('start', 'function', 'echo'))).toBe('ok')
  })

  test('restarts a source that already runs, and closes the first instance', async () => {
    const { control, engine, written } = await hosted({
      'sources/Ticks':
        'export class Ticks { async open(ctx) { await ctx.emit({ n: 1 }); await ctx.closed } close(ctx) { ctx.logger.info("closed") } }',
    })
    const rows = await engine.rows()
    await control.next()
    for (let i = 0; i < 2; i++) {
      expect(await control.ask(command('start', 'source', 'ticks'))).toBe('ok')
      expect(await rows.next()).toBe('{"message":{"n":1},"meta":{}}')
    }
    expect(written.text.match(/closed/g)).toHaveLength(1)
  })

  test('refuses a source whose properties are wrong, and starts it with others', async () => {
    const { control } = await hosted({
      'sources/Ticks': `${ticks}\nTicks.prototype.configure = (_, { path }) => { if (!path) throw new Error('it needs a path') }`,
    })
    await control.next()
    expect(await control.ask(command('start', 'source', 'ticks'))).toBe('Error: it needs a path')
    expect(await control.ask(command('start', 'source', 'ticks', { config: { path: '/a' } }))).toBe('ok')
  })
})

describe('a function', () => {
  const obedient = `export class Fn {
    validate(args) { if (args.length > 1) throw new Error('one argument is enough') }
    isAggregate() { return true }
    exec([value]) {
      if (value === 'throw') throw new Error('handshake')
      if (value === 'reject') return Promise.reject(new Error('h'))
      if (value === 'wait') return new Promise(resolve => setImmediate(resolve, 'waited'))
      if (value === 'nothing') return undefined
      if (value === 'NaN') return { ratio: NaN }
      if (value === 'bytes') return Buffer.from('hello')
      if (value === 'wide') return 9007199254740993n
      return typeof value === 'bigint' ? String(value) : value
    }
  }`
  const failure = (reason: string): string => JSON.stringify({ state: false, result: reason })

  test.each([
    [call('plain'), '{"state":true,"result":"plain"}'],
    [call([1, { a: null }]), '{"state":true,"result":[1,{"a":null}]}'],
    [call(), '{"state":true,"result":null}'],
    [call('wait'), '{"state":true,"result":"waited"}'],
    [call('nothing'), '{"state":true,"result":null}'],
    [call('throw'), failure('handshake')],
    [call('reject'), failure('h')],
    [
      call('NaN'),
      failure('Cannot send "ratio": JSON has no NaN (often from a missing field), send null or leave it out'),
    ],
    [call('bytes'), '{"state":true,"result":"aGVsbG8="}'],
    [
      call('wide'),
      failure(
        'Cannot send the value: the engine would round the integer 9007199254740993, send it as a string',
      ),
    ],
    [call(1).replace('[1,', '[9007199254740993,'), '{"state":true,"result":"9007199254740993"}'],
    ['{"func":"Validate","arg":[{},{}]}', failure('one argument is enough')],
    ['{"func":"Validate","arg":[{}]}', '{"state":true,"result":""}'],
    ['{"func":"IsAggregate","arg":null}', '{"state":true,"result":true}'],
    ['{"func":"Dance"}', failure('Unknown request "Dance"')],
    ['{"func":"Exec","arg":[1]}', '{"state":true,"result":null}'],
  ])('receives %s and replies %s', async (request, answer) => {
    const { ask } = await hostedFunction(obedient)
    expect(await ask(request)).toBe(answer)
  })

  test('continues after a request that is not JSON', async () => {
    const { ask } = await hostedFunction(obedient)
    expect(await ask('handshake')).toContain('"state":false')
    expect(await ask(call(1))).toBe('{"state":true,"result":1}')
  })

  test('replies again after the engine has reopened its channel', async () => {
    const { ask, channel } = await hostedFunction(obedient)
    expect(await ask(call(1))).toBe('{"state":true,"result":1}')
    channel.drop()
    expect(await channel.next()).toBe('handshake')
    expect(await ask(call(2))).toBe('{"state":true,"result":2}')
  })

  test('fails the row of a call beyond the deadline, and serves the next', async () => {
    const { ask } = await hostedFunction(
      'export class Fn { exec([value], ctx) { return value === "slow" ? ctx.sleep(60_000) : value } }',
      { deadline: 50 },
    )
    expect(await ask(call('slow'))).toBe(failure('exec of function "fn" took longer than 50 ms'))
    expect(await ask(call('fine'))).toBe('{"state":true,"result":"fine"}')
  })

  test('has a separate instance for each place in a rule', async () => {
    const { ask } = await hostedFunction('export class Fn { #n = 0; exec() { return (this.#n += 1) } }')
    const at = (funcId: number): string =>
      JSON.stringify({ func: 'Exec', arg: [JSON.stringify({ ruleId: 'r', funcId })] })
    const answers = []
    for (const request of [at(0), at(0), at(1), at(0)]) answers.push(JSON.parse(await ask(request)).result)
    expect(answers).toEqual([1, 2, 1, 3])
  })
})

describe('a source', () => {
  const start = command('start', 'source', 'src', { config: { datasource: 'topic' } })
  const withSource = (code: string) => hosted({ 'sources/Src': `export class Src { ${code} }` })

  test('sends its rows with their metadata', async () => {
    const { control, engine } = await withSource(
      'configure(topic) { this.topic = topic } async open(ctx) { await ctx.emit({ at: this.topic }, { qos: 1 }); await ctx.emit({ raw: Buffer.from("hello") }) }',
    )
    const rows = await engine.rows()
    await control.next()
    expect(await control.ask(start)).toBe('ok')
    expect(await rows.take(2)).toEqual([
      '{"message":{"at":"topic"},"meta":{"qos":1}}',
      '{"message":{"raw":"aGVsbG8="},"meta":{}}',
    ])
  })

  test('waits while the engine reads nothing, and then continues without a loss', async () => {
    const { control, engine, written } = await withSource(
      'async *open(ctx) { for (let n = 0; n < 20_000; n++) { if (n % 1000 === 0) ctx.logger.info("at " + n); yield { n, text: "x".repeat(100) } } }',
    )
    await control.next()
    expect(await control.ask(start)).toBe('ok')
    await written.until('at 0')
    // Nobody listens: what it may gather is far less than all.
    const rows = await engine.rows()
    expect(written.text).not.toContain('at 1000')
    const all = await rows.take(20_000)
    expect(all.map(row => JSON.parse(row).message.n)).toEqual(Array.from({ length: 20_000 }, (_, n) => n))
  })

  test('reports its error as a JSON string, and is opened again', async () => {
    const { control, engine, written } = await withSource(
      'static opened = 0; async *open() { if (Src.opened++ === 0) throw new Error("h"); yield { back: true } }',
    )
    const rows = await engine.rows()
    await control.next()
    await control.ask(start)
    expect(await rows.take(2)).toEqual(['"h"', '{"message":{"back":true},"meta":{}}'])
    expect(written.text).toContain('[error] source src, rule rule1: h; the source is opened again in 1 s')
  })

  test.each([
    ['{ id: 9007199254740993n }', 'the engine would round the integer 9007199254740993, send it as a string'],
    ['[1]', 'A row must be a plain object, got an array'],
  ])('that emits %s gets an error and continues', async (row, reason) => {
    const { control, engine } = await withSource(
      `async open(ctx) { await ctx.emit(${row}).catch(error => ctx.error(error)); await ctx.emit({ n: 2 }) }`,
    )
    const rows = await engine.rows()
    await control.next()
    await control.ask(start)
    expect(JSON.parse(await rows.next())).toContain(reason)
    expect(await rows.next()).toBe('{"message":{"n":2},"meta":{}}')
  })

  test('is closed by stop', async () => {
    const { control, engine, written } = await withSource(
      'async open(ctx) { await ctx.emit({ n: 1 }); await ctx.closed } close(ctx) { ctx.logger.info("closed") }',
    )
    const rows = await engine.rows()
    await control.next()
    await control.ask(start)
    await rows.next()
    expect(await control.ask(command('stop', 'source', 'src'))).toBe('ok')
    expect(written.text).toContain('rule rule1: closed\n')
  })
})

describe('a sink', () => {
  const code = `export class Snk {
    collect(ctx, data) {
      if (data.bad) throw new Error('disk full')
      if (data.slow) return ctx.sleep(20).then(() => ctx.logger.info('got ' + data.n))
      ctx.logger.info('got ' + (Buffer.isBuffer(data) ? data.toString('hex') : JSON.stringify(data.n ?? data)))
    }
  }`
  const start = (config: Record<string, unknown>): string => command('start', 'sink', 'snk', { config })

  async function sinkWith(config: Record<string, unknown>) {
    const { control, engine, written } = await hosted({ 'sinks/Snk': code }, { deadline: 200 })
    const acknowledgements = await engine.acknowledgements()
    await control.next()
    expect(await control.ask(start(config))).toBe('ok')
    return { send: engine.items(), acknowledgements, written, control }
  }

  test('acknowledges each item if the rule requires it, with the reason of a refusal', async () => {
    const { send, acknowledgements } = await sinkWith({ requireAck: true })
    for (const item of ['{"n":1}', '{"bad":true}', '{"n":3,"slow":true}']) send(item)
    expect(await acknowledgements.take(3)).toEqual(['{}', '{"error":"disk full"}', '{}'])
  })

  test.each([[{}], [{ requireAck: false }], [{ requireAck: 'true' }]])(
    'sends no acknowledgement with %j',
    async config => {
      const { send, acknowledgements, written, control } = await sinkWith(config)
      for (const item of ['{"n":1}', '{"bad":true}', '{"n":3}']) send(item)
      await written.until('got 3')
      expect(await control.ask(command('stop', 'sink', 'snk'))).toBe('ok')
      expect(acknowledgements.received).toEqual([])
    },
  )

  test.each([[{ deadLetters: true, requireAck: false }], [{ deadLetters: true, requireAck: true }]])(
    'with %j, what it refuses is kept as the engine sent it, and it goes on',
    async config => {
      const file = path.join(folderWith(), 'refused.ndjson')
      const { control, engine, written } = await hosted({ 'sinks/Snk': code }, {}, { deadLetters: file })
      const acknowledgements = await engine.acknowledgements()
      await control.next()
      await control.ask(start(config))
      const send = engine.items()
      for (const item of ['{"n":1}', '{"bad":true,"id":9007199254740993}', '{"n":3}']) send(item)
      if (config.requireAck) await acknowledgements.take(3)
      await written.until('got 3')
      expect(fs.readFileSync(file, 'utf8')).toMatch(
        /^\{"time":\d+,"rule":"rule1","sink":"snk","reason":"disk full","row":\{"bad":true,"id":9007199254740993\}\}\n$/,
      )
    },
  )

  test('gets items of any type in order and one at a time', async () => {
    const { send, written } = await sinkWith({})
    for (const item of ['{"n":1,"slow":true}', '{"n":2}', '[{"n":3}]', Buffer.of(0xff, 0)]) send(item)
    await written.until('got ff00')
    const said = [...written.text.matchAll(/got (.*)/g)].map(match => match[1])
    expect(said).toEqual(['1', '2', '[{"n":3}]', 'ff00'])
  })

  test('listens before its start is confirmed', async () => {
    const { control, engine } = await hosted({ 'sinks/Snk': code })
    await control.next()
    await control.ask(start({}))
    expect(fs.existsSync(engine.channels.data({ ruleId: 'rule1', opId: 'op', instanceId: 0 }))).toBe(true)
  })
})
