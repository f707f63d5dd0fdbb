import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Engine, unique } from '../support/engine.js'
import { startEngine, withEngine } from '../support/engine-under-test.js'
import { Packed } from '../support/packed.js'
import { until } from '../support/until.js'

const minute = 60_000

let made = 0
const fresh = (what: string): string => `${what}_${unique}_${(made += 1)}`

let engine: Engine

/** A file in the engine's folder for a sink to write or a source to read. */
function file(text?: string): string {
  const name = path.join(engine.temp, fresh('file'))
  if (text !== undefined) fs.writeFileSync(name, text)
  return name
}

function rowsIn(name: string): Record<string, unknown>[] {
  if (!fs.existsSync(name)) return []
  const lines = fs.readFileSync(name, 'utf8').split('\n').slice(0, -1)
  return lines.map(line => JSON.parse(line) as Record<string, unknown>)
}

const rows = (name: string, count: number, limit?: number): Promise<Record<string, unknown>[]> =>
  until(
    `${name} has ${count} rows`,
    () => {
      const found = rowsIn(name)
      return found.length >= count && found
    },
    limit,
  )

/** A stream that carries what the test appends to a file: each row when the test wants it. */
async function feed(packed: Packed): Promise<{ stream: string; send: (row: object) => void }> {
  const stream = fresh('feed')
  const input = file('')
  await engine.stream(stream, packed.named('lines'), { DATASOURCE: input })
  return { stream, send: row => fs.appendFileSync(input, `${JSON.stringify(row)}\n`) }
}

/** An action that writes each row to a file. */
const into = (packed: Packed, output: string, more: object = {}): Record<string, unknown> => ({
  [packed.named('collector')]: { path: output, sendSingle: true, ...more },
})

withEngine('in eKuiper, a package', () => {
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
  let all: Packed
  let idle: { answer(): Promise<unknown>; since: number }

  beforeAll(async () => {
    engine = await startEngine()
    all = new Packed(engine, everything, { assets: ['assets/*'] })
    all.write('assets/greeting.txt', 'hello from an asset')
    await all.install()
    idle = await beginIdling(all)
  }, minute)

  afterAll(() => engine.end())

  test('runs a source, a function and a sink, is updated while they run, and goes without a trace', async () => {
    const packed = new Packed(engine, ['sources/Ticks', 'sinks/Collector', 'functions/Reverse'])
    await packed.install('1.0.0')
    const [stream, rule, output] = [fresh('ticks'), fresh('rule'), file()]
    await engine.stream(stream, packed.named('ticks'))
    const sql = `SELECT n, ${packed.named('reverse')}(text) AS text FROM ${stream}`
    await engine.rule(rule, sql, into(packed, output, { requireAck: true }))
    expect((await rows(output, 3))[2]).toEqual({ n: 2, text: 'desserts' })
    expect(await exceptions(rule)).toBe(0)
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
    const { stream, send } = await feed(all)
    const [rule, output] = [fresh('rule'), file()]
    const call = (name: string): string => `${packed.named(name)}(n) AS ${name}`
    const sql = `SELECT ${call('first')}, ${call('second')}, ${call('third')} FROM ${stream}`
    await engine.rule(rule, sql, into(all, output))
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
    await opened(rule, 'source')
    await sendMore()
    await engine.delete(`/rules/${rule}`)
    await packed.remove()
  })

  test(
    'gets every row that the engine sends to a sink without acknowledgements',
    async () => {
      const [stream, rule, output] = [fresh('flood'), fresh('rule'), file()]
      await configure(all.named('flood'), { rows: 8000, items: 30, rest: 1 })
      await engine.stream(stream, all.named('flood'), { CONF_KEY: 'test' })
      await engine.rule(rule, `SELECT unnest(arr) FROM ${stream}`, into(all, output), { bufferLength: 4096 })
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
      await configure(all.named('flood'), { rows: 1_000_000, items: 0, rest: 0 })
      await engine.stream(stream, all.named('flood'), { CONF_KEY: 'test' })
      await engine.rule(rule, `SELECT n FROM ${stream}`, { nop: {} }, { bufferLength: 4096 })
      await until('all are emitted', () => engine.log().includes('emitted 1000000 rows'), 2 * minute)
      const arrived = await settled(() => engine.counter(rule, /^source_.*_records_in_total$/))
      expect(arrived).toBe(1_000_000)
      await engine.delete(`/rules/${rule}`)
    },
    3 * minute,
  )

  test('shows what a source throws in the rule, and opens the source again', async () => {
    const [stream, rule, output] = [fresh('failing'), fresh('rule'), file()]
    await engine.stream(stream, all.named('failing'))
    await engine.rule(rule, `SELECT * FROM ${stream}`, into(all, output))
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
    expect(await lastException(rule)).toContain(failed)
    await engine.delete(`/rules/${rule}`)
  })

  test('fails the row of a function that calls process.exit, and lives on', async () => {
    const before = all.hosts()
    const { send, output, rule } = await moody()
    send({ mood: 'exit' })
    send({ mood: 'fine' })
    expect(await rows(output, 1)).toEqual([{ answer: 'fine' }])
    expect(await lastException(rule)).toContain('process.exit() was called')
    expect(all.hosts()).toEqual(before)
    await engine.delete(`/rules/${rule}`)
  })

  test('gets integers beyond 2^53 and bytes exactly', async () => {
    const { stream, send } = await feed(all)
    const [rule, output, same] = [fresh('rule'), file(), all.named('same')]
    const sql = `SELECT 9007199254740993 AS own, ${same}(9007199254740993, "text") AS seen,
      ${same}(decode("AAEC/w==", "base64"), "bytes") AS raw FROM ${stream}`
    await engine.rule(rule, sql, into(all, output))
    send({ n: 1 })
    expect(await rows(output, 1)).toEqual([
      { own: '9007199254740993n', seen: 'bigint 9007199254740993', raw: 'AAEC/w==' },
    ])
    await engine.delete(`/rules/${rule}`)
  })

  test('fails the row of an answer that the engine would round', async () => {
    const { stream, send } = await feed(all)
    const [rule, output] = [fresh('rule'), file()]
    await engine.rule(
      rule,
      `SELECT ${all.named('same')}(9007199254740993) AS n FROM ${stream}`,
      into(all, output),
    )
    send({ n: 1 })
    await until('the row has failed', async () => (await exceptions(rule)) > 0)
    expect(await lastException(rule)).toContain('the engine would round the integer 9007199254740993')
    await engine.delete(`/rules/${rule}`)
  })

  test('finds its assets', async () => {
    const { stream, send } = await feed(all)
    const [rule, output] = [fresh('rule'), file()]
    await engine.rule(
      rule,
      `SELECT ${all.named('asset')}("assets/greeting.txt") AS text FROM ${stream}`,
      into(all, output),
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
    'stays as it is through 500 rules that come and go',
    async () => {
      const [stream, census] = [fresh('ticks'), all.named('census')]
      await configure(all.named('ticks'), { every: 5 })
      await engine.stream(stream, all.named('ticks'), { CONF_KEY: 'test' })
      const [pid] = all.hosts()
      const output = file()
      const sql = `SELECT ${census}(n) AS living, ${census}(n, 2) AS b, ${census}(n, 3) AS c FROM ${stream}`
      const cycle = async (): Promise<void> => {
        const rule = fresh('rule')
        fs.rmSync(output, { force: true })
        await engine.rule(rule, sql, into(all, output))
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
    4 * minute,
  )

  test(
    'answers a call after 70 s without one',
    async () => {
      await until('70 s are over', () => performance.now() - idle.since > 70_000, 70_000)
      expect(await idle.answer()).toEqual({ text: 'olleh' })
    },
    2 * minute,
  )

  async function beginIdling(packed: Packed) {
    const { stream, send } = await feed(packed)
    const [rule, output] = [fresh('rule'), file()]
    // A package of its own, so that nothing else keeps its process busy.
    const idling = new Packed(engine, ['functions/Reverse'])
    await idling.install()
    const sql = `SELECT ${idling.named('reverse')}(text) AS text FROM ${stream}`
    await engine.rule(rule, sql, into(packed, output))
    send({ text: 'once' })
    await rows(output, 1)
    const answer = async (): Promise<unknown> => {
      send({ text: 'hello' })
      return (await rows(output, 2))[1]
    }
    return { answer, since: performance.now() }
  }

  async function moody() {
    const { stream, send } = await feed(all)
    const [rule, output] = [fresh('rule'), file()]
    await engine.rule(rule, `SELECT ${all.named('moody')}(mood) AS answer FROM ${stream}`, into(all, output))
    return { send, output, rule }
  }
})

withEngine('when its process is killed, a package', () => {
  let feeding: Packed

  beforeAll(async () => {
    engine = await startEngine()
    feeding = new Packed(engine, ['sources/Lines', 'sinks/Collector'])
    await feeding.install()
  }, minute)

  afterAll(() => engine.end())

  test('goes on with all that was running, but not with the row that it died on', async () => {
    const packed = new Packed(engine, ['sources/Ticks', 'sinks/Collector', 'functions/Moody'])
    await packed.install()
    const { stream, send } = await feed(feeding)
    const [rule, output] = [fresh('rule'), file()]
    await engine.rule(
      rule,
      `SELECT ${packed.named('moody')}(mood) AS mood FROM ${stream}`,
      into(feeding, output),
    )
    const [ticks, ticking, ticked] = [fresh('ticks'), fresh('rule'), file()]
    await engine.stream(ticks, packed.named('ticks'))
    await engine.rule(ticking, `SELECT * FROM ${ticks}`, into(packed, ticked, { requireAck: true }))
    await rows(ticked, 2)

    send({ mood: 'die' })
    send({ mood: 'fine' })
    expect(await rows(output, 1, 2000)).toEqual([{ mood: 'fine' }])
    expect(await lastException(rule)).toContain('died with this request, which is not tried again')
    await rows(ticked, rowsIn(ticked).length + 3)
    expect(packed.hosts()).toHaveLength(1)
    for (const id of [rule, ticking]) await engine.delete(`/rules/${id}`)
    await packed.remove()
    await until('nothing of it is left', () => packed.processes().length === 0)
  })

  test('has a sink answer for the item that it died on', async () => {
    const packed = new Packed(engine, ['sinks/Mortal'])
    await packed.install()
    const { stream, send } = await feed(feeding)
    const [rule, output] = [fresh('rule'), file()]
    const action = { [packed.named('mortal')]: { path: output, sendSingle: true, requireAck: true } }
    await engine.rule(rule, `SELECT * FROM ${stream}`, action)
    for (const mood of ['first', 'die', 'fine']) send({ mood })
    expect(await rows(output, 2)).toEqual([{ mood: 'first' }, { mood: 'fine' }])
    expect(await lastException(rule)).toContain('died with this item')
    await engine.delete(`/rules/${rule}`)
    await packed.remove()
  })

  test('is updated though a function of it never returns', async () => {
    const packed = new Packed(engine, ['functions/Moody'])
    await packed.install('1.0.0')
    const { stream, send } = await feed(feeding)
    const [rule, output] = [fresh('rule'), file()]
    await engine.rule(
      rule,
      `SELECT ${packed.named('moody')}(mood) AS mood FROM ${stream}`,
      into(feeding, output),
    )
    send({ mood: 'fine' })
    await rows(output, 1)
    const before = packed.processes()
    send({ mood: 'busy' })
    await until('the row has failed', async () => (await exceptions(rule)) > 0)
    await packed.update('1.1.0')
    await until('the old one is gone', () => packed.processes().every(pid => !before.includes(pid)))
    await engine.delete(`/rules/${rule}`)
    await packed.remove()
  })
})

withEngine('when eKuiper is killed, a package', () => {
  let feeding: Packed

  beforeAll(async () => {
    engine = await startEngine()
    feeding = new Packed(engine, ['sources/Lines', 'sinks/Collector'])
    await feeding.install()
  }, minute)

  afterAll(() => engine.end())

  test('ends within 5 s, and runs once when the engine is back', async () => {
    await engine.kill()
    await until('its process is gone', () => feeding.processes().length === 0, 5000)
    await engine.startAgain()
    await until('it runs again', async () => (await feeding.status()).status === 'running')
    expect(feeding.hosts()).toHaveLength(1)
  })

  test(
    'keeps its state, as it does through an update and a restart of the rule',
    async () => {
      const counting = new Packed(engine, ['functions/AccumulateWordCount'])
      await counting.install('1.0.0')
      const { stream, send } = await feed(feeding)
      const [rule, output] = [fresh('rule'), file()]
      const sql = `SELECT ${counting.named('accumulateWordCount')}(text, " ") AS words FROM ${stream}`
      await engine.rule(rule, sql, into(feeding, output))
      const counted = async (): Promise<unknown> => {
        const before = rowsIn(output).length
        send({ text: 'three words more' })
        return (await rows(output, before + 1))[before]?.['words']
      }
      expect(await counted()).toBe(3)
      await counting.update('1.1.0')
      expect(await counted()).toBe(6)
      await engine.post(`/rules/${rule}/restart`, {})
      expect(await counted()).toBe(9)
      for (const pid of [...counting.processes(), ...feeding.processes()]) process.kill(pid, 'SIGKILL')
      await engine.kill()
      await engine.startAgain()
      expect(await counted()).toBe(12)
    },
    minute,
  )
})

/** Sets the properties that CONF_KEY "test" stands for. */
const configure = (source: string, props: object): Promise<unknown> =>
  engine.put(`/metadata/sources/${source}/confKeys/test`, { ...props })

async function exceptions(rule: string): Promise<number> {
  const counters = Object.entries(await engine.status(rule))
  return counters.reduce(
    (sum, [key, value]) => (key.endsWith('_exceptions_total') ? sum + Number(value) : sum),
    0,
  )
}

async function lastException(rule: string): Promise<string> {
  const counters = Object.entries(await engine.status(rule))
  return counters.flatMap(([key, value]) => (key.endsWith('_last_exception') ? [String(value)] : [])).join('')
}

/** Waits until a source or a sink of a rule has been opened since its last start. */
const opened = (rule: string, what: string): Promise<unknown> =>
  until(`the ${what} of ${rule} is there`, async () => (await engine.status(rule))['status'] === 'running')

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
