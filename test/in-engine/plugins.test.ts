import * as fs from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../support/engine.js'
import { startEngine, withEngine2 } from '../support/engine-under-test.js'
import { Packed } from '../support/packed.js'
import { fresh, into, Rig, rows, rowsIn } from '../support/rig.js'
import { until } from '../support/until.js'

const minute = 60_000

/** Rule options with which the engine waits for a full buffer instead of dropping rows. */
const unhurried = { bufferLength: 4096, disableBufferFullDiscard: true }

withEngine2('in eKuiper, a package', () => {
  const everything = [
    'sources/Ticks',
    'sources/Lines',
    'sources/Flood',
    'sources/Failing',
    'sinks/Collector',
    'functions/Reverse',
    'functions/Same',
    'functions/Moody',
    'functions/Census',
    'functions/Asset',
  ]
  let engine: Engine
  let rig: Rig
  let all: Packed
  let idle: { answer(): Promise<unknown>; since: number }

  beforeAll(async () => {
    engine = await startEngine()
    all = new Packed(engine, everything, { assets: ['assets/*'] })
    all.write('assets/greeting.txt', 'hello from an asset')
    await all.install()
    rig = new Rig(engine, all)
    idle = await beginIdling()
  }, minute)

  afterAll(() => engine.end())

  test('runs a source, a function and a sink, is updated while they run, and is removed without a trace', async () => {
    const packed = new Packed(engine, ['sources/Ticks', 'sinks/Collector', 'functions/Reverse'])
    await packed.install('1.0.0')
    const [stream, rule, output] = [fresh('ticks'), fresh('rule'), rig.file()]
    await engine.stream(stream, packed.named('ticks'))
    const sql = `SELECT n, ${packed.named('reverse')}(text) AS text FROM ${stream}`
    await engine.rule(rule, sql, into(packed, output, { requireAck: true }))
    expect((await rows(output, 3))[2]).toEqual({ n: 2, text: 'desserts' })
    expect(await rig.exceptions(rule)).toBe(0)
    expect(await packed.status()).toMatchObject({ status: 'running', refCount: { [rule]: 2 } })
    const [before] = packed.hosts()

    await packed.update('1.1.0')
    const seen = rowsIn(output).length
    await rows(output, seen + 5)
    expect(await engine.get(`/plugins/portables/${packed.name}`)).toMatchObject({ version: '1.1.0' })
    expect(packed.hosts()).toHaveLength(1)
    expect(packed.hosts()).not.toContain(before)

    await engine.post(`/rules/${rule}/stop`, {})
    expect(await packed.status()).toMatchObject({ refCount: {} })
    await engine.delete(`/rules/${rule}`)
    await engine.delete(`/streams/${stream}`)
    await packed.remove()
    await until('its process is gone', () => packed.processes().length === 0)
    expect(engine.log()).toContain(
      `[info] function ${packed.named('reverse')}, rule ${rule}: reverses stressed`,
    )
  })

  test('keeps all its functions in a rule after an update in place and after a restart of the rule', async () => {
    const packed = new Packed(engine, ['functions/First', 'functions/Second', 'functions/Third'])
    await packed.install('1.0.0')
    const { stream, send } = await rig.feed()
    const [rule, output] = [fresh('rule'), rig.file()]
    const call = (name: string): string => `${packed.named(name)}(n) AS ${name}`
    const sql = `SELECT ${call('first')}, ${call('second')}, ${call('third')} FROM ${stream}`
    await engine.rule(rule, sql, rig.into(output))
    const sent: object[] = []
    const sendMore = async (): Promise<void> => {
      for (let i = 0; i < 12; i++) {
        const n = sent.length
        send({ n })
        sent.push({ first: `${n} First`, second: `${n} Second`, third: `${n} Third` })
      }
      expect(await rows(output, sent.length)).toEqual(sent)
    }
    await sendMore()
    await packed.update('1.1.0')
    await sendMore()
    await engine.post(`/rules/${rule}/restart`, {})
    await until(`${rule} runs`, async () => (await engine.status(rule))['status'] === 'running')
    await sendMore()
    await engine.delete(`/rules/${rule}`)
    await packed.remove()
  })

  test(
    'gets every row that the engine sends to a sink without acknowledgements',
    async () => {
      const [stream, rule, output] = [fresh('flood'), fresh('rule'), rig.file()]
      await rig.configure(all.named('flood'), { rows: 8000, items: 30, rest: 1 })
      await engine.stream(stream, all.named('flood'), { CONF_KEY: 'test' })
      await engine.rule(rule, `SELECT unnest(arr) FROM ${stream}`, rig.into(output), unhurried)
      await until('all are emitted', () => engine.log().includes('emitted 8000 rows'), minute)
      const sent = await settled(() => engine.counter(rule, /^sink_.*_records_out_total$/))
      expect(sent).toBeGreaterThanOrEqual(200_000)
      await until(`all ${sent} rows arrive`, () => lineCount(output) === sent, minute)
      await engine.delete(`/rules/${rule}`)
    },
    3 * minute,
  )

  test(
    'loses none of a million rows on the way into the engine',
    async () => {
      const [stream, rule] = [fresh('flood'), fresh('rule')]
      await rig.configure(all.named('flood'), { rows: 1_000_000, items: 0, rest: 0 })
      await engine.stream(stream, all.named('flood'), { CONF_KEY: 'test' })
      await engine.rule(rule, `SELECT n FROM ${stream}`, { nop: {} }, unhurried)
      await until('all are emitted', () => engine.log().includes('emitted 1000000 rows'), 5 * minute)
      const arrived = await settled(() => engine.counter(rule, /^source_.*_records_in_total$/))
      expect(arrived).toBe(1_000_000)
      await engine.delete(`/rules/${rule}`)
    },
    6 * minute,
  )

  test('shows the error of a source in the rule, and opens the source again', async () => {
    const [stream, rule, output] = [fresh('failing'), fresh('rule'), rig.file()]
    await engine.stream(stream, all.named('failing'))
    await engine.rule(rule, `SELECT * FROM ${stream}`, rig.into(output))
    const status = await until('the error is counted', async () => {
      const found = await engine.status(rule)
      return JSON.stringify(found).includes('fallen off') && found
    })
    expect(status[`source_${stream}_0_last_exception`]).toContain('the sensor has fallen off')
    expect(await rows(output, 2)).toEqual([{ opened: 1 }, { opened: 2 }])
    await engine.delete(`/rules/${rule}`)
  })

  test('fails the row of a function that takes too long, and serves the next', async () => {
    const { send, output, rule } = await moody()
    send({ mood: 'slow' })
    send({ mood: 'fine' })
    expect(await rows(output, 1)).toEqual([{ answer: 'fine' }])
    const failed = `exec of function "${all.named('moody')}" took longer than 4500 ms`
    expect(await rig.lastException(rule)).toContain(failed)
    await engine.delete(`/rules/${rule}`)
  })

  test('fails the row of a function that calls process.exit, and continues', async () => {
    const before = all.hosts()
    const { send, output, rule } = await moody()
    send({ mood: 'exit' })
    send({ mood: 'fine' })
    expect(await rows(output, 1)).toEqual([{ answer: 'fine' }])
    expect(await rig.lastException(rule)).toContain('process.exit() was called')
    expect(all.hosts()).toEqual(before)
    await engine.delete(`/rules/${rule}`)
  })

  test('gets integers beyond 2^53 and bytes exactly', async () => {
    const { stream, send } = await rig.feed()
    const [rule, output, same] = [fresh('rule'), rig.file(), all.named('same')]
    const sql = `SELECT 9007199254740993 AS own, ${same}(9007199254740993, "text") AS seen,
      ${same}(decode("AAEC/w==", "base64"), "bytes") AS raw FROM ${stream}`
    await engine.rule(rule, sql, rig.into(output))
    send({ n: 1 })
    expect(await rows(output, 1)).toEqual([
      { own: '9007199254740993n', seen: 'bigint 9007199254740993', raw: 'AAEC/w==' },
    ])
    await engine.delete(`/rules/${rule}`)
  })

  test('fails the row of a result that the engine would round', async () => {
    const { stream, send } = await rig.feed()
    const [rule, output] = [fresh('rule'), rig.file()]
    await engine.rule(
      rule,
      `SELECT ${all.named('same')}(9007199254740993) AS n FROM ${stream}`,
      rig.into(output),
    )
    send({ n: 1 })
    await until('the row has failed', async () => (await rig.exceptions(rule)) > 0)
    expect(await rig.lastException(rule)).toContain('the engine would round the integer 9007199254740993')
    await engine.delete(`/rules/${rule}`)
  })

  test('finds its assets', async () => {
    const { stream, send } = await rig.feed()
    const [rule, output] = [fresh('rule'), rig.file()]
    await engine.rule(
      rule,
      `SELECT ${all.named('asset')}("assets/greeting.txt") AS text FROM ${stream}`,
      rig.into(output),
    )
    send({ n: 1 })
    expect(await rows(output, 1)).toEqual([{ text: 'hello from an asset' }])
    await engine.delete(`/rules/${rule}`)
  })

  test('describes its plugins to the manager', async () => {
    const [source, sink] = [all.named('ticks'), all.named('collector')]
    expect(await engine.get(`/metadata/sources/${source}`)).toMatchObject({
      type: 'portable',
      properties: {
        default: [
          {
            name: 'every',
            type: 'int',
            control: 'text',
            default: 200,
            optional: true,
            hint: { en: 'Milliseconds between rows' },
          },
          { name: 'text', type: 'string', control: 'text', default: 'stressed', label: { en: 'Text' } },
        ],
      },
    })
    expect(await engine.get(`/metadata/sinks/${sink}`)).toMatchObject({
      properties: [
        { name: 'path', type: 'string', hint: { en: 'The file that items are appended to' } },
        { name: 'requireAck', type: 'bool', default: true, values: [true, false] },
      ],
    })
    expect(await engine.get(`/metadata/sources/yaml/${source}`)).toMatchObject({
      default: { every: 200, text: 'stressed' },
    })
    const functions = (await engine.get('/metadata/functions')) as { name: string }[]
    expect(functions.map(found => found.name)).toContain(all.named('reverse'))
  })

  test(
    'keeps its size while 500 rules are created and deleted',
    async () => {
      const [stream, census] = [fresh('ticks'), all.named('census')]
      await rig.configure(all.named('ticks'), { every: 5 })
      await engine.stream(stream, all.named('ticks'), { CONF_KEY: 'test' })
      const [pid] = all.hosts()
      const output = rig.file()
      const sql = `SELECT ${census}(n) AS living, ${census}(n, 2) AS b, ${census}(n, 3) AS c FROM ${stream}`
      const cycle = async (): Promise<void> => {
        const rule = fresh('rule')
        fs.rmSync(output, { force: true })
        await engine.rule(rule, sql, rig.into(output))
        await until('a row', () => fs.existsSync(output) && fs.statSync(output).size > 0)
        await engine.post(`/rules/${rule}/stop`, {})
        await engine.delete(`/rules/${rule}`)
      }
      for (let i = 0; i < 100; i++) await cycle()
      const before = resources(pid)
      for (let i = 0; i < 400; i++) await cycle()
      const after = resources(pid)
      expect(after.files).toBeLessThanOrEqual(before.files + 5)
      expect(after.megabytes).toBeLessThan(before.megabytes + 30)
      const [last] = rowsIn(output)
      expect(last?.['living']).toBeGreaterThan(900)
      expect(last?.['living']).toBeLessThanOrEqual(1003)
    },
    8 * minute,
  )

  test(
    'replies to a call after 70 s without one',
    async () => {
      await until('70 s are over', () => performance.now() - idle.since > 70_000, 70_000)
      expect(await idle.answer()).toEqual({ text: 'olleh' })
    },
    2 * minute,
  )

  async function beginIdling() {
    const { stream, send } = await rig.feed()
    const [rule, output] = [fresh('rule'), rig.file()]
    // A package of its own, so that nothing else keeps its process busy.
    const idling = new Packed(engine, ['functions/Reverse'])
    await idling.install()
    const sql = `SELECT ${idling.named('reverse')}(text) AS text FROM ${stream}`
    await engine.rule(rule, sql, rig.into(output))
    send({ text: 'once' })
    await rows(output, 1)
    const answer = async (): Promise<unknown> => {
      send({ text: 'hello' })
      return (await rows(output, 2))[1]
    }
    return { answer, since: performance.now() }
  }

  async function moody() {
    const { stream, send } = await rig.feed()
    const [rule, output] = [fresh('rule'), rig.file()]
    await engine.rule(rule, `SELECT ${all.named('moody')}(mood) AS answer FROM ${stream}`, rig.into(output))
    return { send, output, rule }
  }
})

/** A counter's value once it has not changed for a second. */
async function settled(read: () => Promise<number>): Promise<number> {
  let value = await read()
  let since = performance.now()
  return until(
    'the counter stands still',
    async () => {
      const now = await read()
      if (now !== value) since = performance.now()
      value = now
      return performance.now() - since > 1000 && value
    },
    minute,
  )
}

function lineCount(name: string): number {
  const bytes = fs.readFileSync(name)
  let count = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1
  return count
}

function resources(pid: number | undefined): { files: number; megabytes: number } {
  const pages = Number(fs.readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
  return { files: fs.readdirSync(`/proc/${pid}/fd`).length, megabytes: (pages * 4096) / 1e6 }
}
