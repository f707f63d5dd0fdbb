import { describe, expect, test } from 'vitest'
import { call, command } from '../support/fake-channels.js'
import { hosted } from '../support/package.js'

// What plugins were seen to throw: none of it may be trusted to have a message.
const thrown: [what: string, code: string][] = [
  ['an object without a prototype', 'Object.create(null)'],
  [
    'a proxy that throws',
    'new Proxy({}, { get() { throw new Error("x") }, getPrototypeOf() { throw new Error("y") } })',
  ],
  ['an error whose message is no text', 'Object.assign(new Error("x"), { message: { a: 1n } })'],
  [
    'an error whose stack throws',
    'Object.defineProperty(new Error("x"), "stack", { get() { throw new Error("s") } })',
  ],
  ['a symbol', 'Symbol("s")'],
  ['nothing', 'undefined'],
]

const failed = /^\{"state":false,"result":".+"\}$/

describe.each(thrown)('a plugin that throws %s', (_what, code) => {
  test('fails the row of a function, and no other', async () => {
    const plugin = `export class Fn { exec([how]) { if (how === 'throw') throw ${code}; return how === 'reject' ? Promise.reject(${code}) : how } }`
    const { functions } = await hosted({ 'functions/Fn': plugin })
    const channel = functions.get('fn')
    await channel?.next()
    expect(await channel?.ask(call('throw'))).toMatch(failed)
    expect(await channel?.ask(call('reject'))).toMatch(failed)
    expect(await channel?.ask(call('well'))).toBe('{"state":true,"result":"well"}')
  })

  test('refuses its configuration, and the package continues', async () => {
    const plugin = `export class Bad { configure() { throw ${code} } collect() {} }`
    const { control } = await hosted({
      'sinks/Bad': plugin,
      'sinks/Good': 'export class Good { collect() {} }',
    })
    await control.next()
    expect(await control.ask(command('start', 'sink', 'bad'))).toMatch(/^Error: .+/)
    expect(await control.ask(command('start', 'sink', 'good'))).toBe('ok')
  })

  test('refuses an item of a sink, and gets the next one', async () => {
    const plugin = `export class Keep { collect(ctx, { n }) { if (n === 1) throw ${code} } }`
    const { engine, control } = await hosted({ 'sinks/Keep': plugin })
    await control.next()
    const place = { ruleId: 'rule1', opId: 'keep', instanceId: 0 }
    const start = command('start', 'sink', 'keep', { meta: place, config: { requireAck: true } })
    expect(await control.ask(start)).toBe('ok')
    const answers = await engine.acknowledgements(place)
    const send = engine.items(place)
    send('{"n":1}')
    expect(await answers.next()).toMatch(/^\{"error":".+"\}$/)
    send('{"n":2}')
    expect(await answers.next()).toBe('{}')
  })
})

const tooLarge = `"${'x'.repeat(70 * 1024 * 1024)}"`

test('an item that is too large is refused, and the next one is taken', async () => {
  const { engine, control, written } = await hosted({ 'sinks/Keep': 'export class Keep { collect() {} }' })
  await control.next()
  const place = { ruleId: 'rule1', opId: 'keep', instanceId: 0 }
  const start = command('start', 'sink', 'keep', { meta: place, config: { requireAck: true } })
  expect(await control.ask(start)).toBe('ok')
  const answers = await engine.acknowledgements(place)
  const send = engine.items(place)
  send(tooLarge)
  expect(await answers.next()).toBe(
    '{"error":"The item was dropped; cause: Cannot read frame of 73400322 bytes: the limit is 67108864"}',
  )
  expect(written.text).toContain('[error] sink keep, rule rule1: The item was dropped')
  send('{"n":2}')
  expect(await answers.next()).toBe('{}')
})

test('a call that is too large fails, and the next one is answered', async () => {
  const plugin = 'export class Fn { exec([value]) { return value } }'
  const { functions, written } = await hosted({ 'functions/Fn': plugin })
  const channel = functions.get('fn')
  await channel?.next()
  const reason = 'Cannot read frame of 73400326 bytes: the limit is 67108864'
  expect(await channel?.ask(tooLarge)).toBe(`{"state":false,"result":"${reason}"}`)
  expect(written.text).toContain(`[error] function fn: ${reason}`)
  expect(await channel?.ask(call('next'))).toBe('{"state":true,"result":"next"}')
})
