import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Engine, unique } from '../support/engine.js'
import { startEngine, withEngine2 } from '../support/engine-under-test.js'
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

  test.each(costsNothing)(
    'costs nothing: it %s',
    async what => {
      expect(await rowsOf(what)).toMatchObject({ out: 1, failed: 0 })
      await calmGoesOn()
    },
    minute,
  )
})
