import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Engine, unique } from '../support/engine.js'
import { startEngine, withEngine2 } from '../support/engine-under-test.js'
import { kplug } from '../support/io.js'
import { Packed } from '../support/packed.js'
import { until } from '../support/until.js'

const minute = 60_000
let made = 0
const fresh = (word: string): string => `${word}${unique}${(made += 1)}`

const costsItsRow = [
  'throws',
  'throws an object without a prototype',
  'rejects with an object without a prototype',
  'throws a proxy that throws',
  'throws an error whose message is no text',
  'exits',
  'returns a cycle',
  'returns a getter that throws',
  'never settles',
  'is killed',
]

const costsNothing = [
  'throws in a timer',
  'rejects unheard',
  'removes all listeners',
  'ends standard output',
  'closes standard output',
  'closes standard error',
  'gives every object a toJSON',
]

withEngine2('a fault of a plugin in eKuiper', () => {
  let engine: Engine
  let packed: Packed
  const calm = fresh('calm')

  beforeAll(async () => {
    engine = await startEngine()
    packed = new Packed(engine, ['functions/Faulty', 'functions/Calm'])
    await packed.install()
    await engine.simulate(calm, [{ n: 1 }], 50)
    await engine.rule(calm, `SELECT ${packed.named('calm')}(n) AS v FROM ${calm}`, { nop: {} })
  }, minute)

  afterAll(() => engine.end())

  /** A rule that calls the faulty function for rows of one kind; resolves with its rule's counters after some rows. */
  async function rowsOf(what: string): Promise<{ out: number; failed: number }> {
    const name = fresh('faulty')
    await engine.put(`/metadata/sources/simulator/confKeys/${name}`, {
      data: [{ what }],
      interval: 100,
      loop: false,
    })
    await engine.stream(name, 'simulator', { CONF_KEY: name })
    await engine.rule(name, `SELECT ${packed.named('faulty')}(what) AS v FROM ${name}`, { nop: {} })
    const counters = await until('the row has come through', async () => {
      const out = await engine.counter(name, /^op_\d+_project_0_records_out_total$/)
      const failed = await engine.counter(name, /^op_\d+_project_0_exceptions_total$/)
      return out + failed > 0 && { out, failed }
    })
    await engine.delete(`/rules/${name}`)
    await engine.delete(`/streams/${name}`)
    return counters
  }

  async function calmGoesOn(): Promise<void> {
    const out = /^op_\d+_project_0_records_out_total$/
    const before = await engine.counter(calm, out)
    await until('the other rule goes on', async () => (await engine.counter(calm, out)) >= before + 5)
    expect(await rowsOf('nothing')).toMatchObject({ out: 1, failed: 0 })
  }

  test.each(costsItsRow)(
    'costs only its row: it %s',
    async what => {
      expect(await rowsOf(what)).toMatchObject({ failed: 1 })
      await calmGoesOn()
    },
    minute,
  )

  test(
    'keeps the rows that a sink refuses, where its action asks for it, and run plays them again',
    async () => {
      const keeper = new Packed(engine, ['sinks/Collector'])
      keeper.edit(
        'sinks/Collector',
        'fs.writeSync',
        `if (Reflect.has(Object(data), 'bad')) throw new Error('no'); fs.writeSync`,
      )
      await keeper.install()
      const [name, output] = [fresh('refused'), path.join(engine.temp, fresh('rows'))]
      await engine.simulate(name, [{ bad: true, id: '9007199254740993' }, { n: 2 }], 50)
      const action = { path: output, sendSingle: true, deadLetters: true, omitIfEmpty: true }
      await engine.rule(name, `SELECT bad, cast(id, "bigint") AS id, n FROM ${name}`, {
        [keeper.named('collector')]: action,
      })
      const dead = path.join(engine.folder, 'data', 'kplug', `${keeper.name}.dead-letters.ndjson`)
      const kept = await until(
        'a row was refused',
        () => fs.existsSync(dead) && fs.readFileSync(dead, 'utf8'),
      )
      const [line = ''] = kept.split('\n')
      expect(line).toMatch(/"reason":"no","row":\{"bad":true,"id":9007199254740993\}\}$/)
      expect(line).toContain(`"rule":"${name}","sink":"${keeper.named('collector')}"`)
      await engine.delete(`/rules/${name}`)
      const typed = ['sink', keeper.named('collector'), '--prop', `path=${output}2`, '--speed', 'max']
      keeper.edit('sinks/Collector', 'throw new Error', 'void new Error')
      const { stderr } = await kplug(keeper.folder, 'run', ...typed, '--replay', dead)
      expect(stderr).toBe('')
      expect(fs.readFileSync(`${output}2`, 'utf8')).toMatch(/^\{"bad":true,"id":"9007199254740993n"\}\n/)
      await keeper.remove()
    },
    minute,
  )

  test.each(costsNothing)(
    'costs nothing: it %s',
    async what => {
      expect(await rowsOf(what)).toMatchObject({ out: 1, failed: 0 })
      await calmGoesOn()
    },
    minute,
  )
})
