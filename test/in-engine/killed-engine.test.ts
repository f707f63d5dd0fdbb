import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../support/engine.js'
import { startEngine, withEngine2 } from '../support/engine-under-test.js'
import { Packed } from '../support/packed.js'
import { fresh, Rig, rows, rowsIn } from '../support/rig.js'
import { until } from '../support/until.js'

const minute = 60_000

withEngine2('when eKuiper is killed, a package', () => {
  let engine: Engine
  let feeding: Packed
  let rig: Rig

  beforeAll(async () => {
    engine = await startEngine()
    feeding = new Packed(engine, ['sources/Lines', 'sinks/Collector'])
    await feeding.install()
    rig = new Rig(engine, feeding)
  }, minute)

  afterAll(() => engine.end())

  test('exits within 5 s, and runs once when the engine has restarted', async () => {
    await engine.kill()
    await until('its process is gone', () => feeding.processes().length === 0, 5000)
    await engine.start()
    await until('it runs again', async () => (await feeding.status()).status === 'running')
    expect(feeding.hosts()).toHaveLength(1)
  })

  test(
    'keeps its state, also through an update and a restart of the rule',
    async () => {
      const counting = new Packed(engine, ['functions/AccumulateWordCount'])
      await counting.install('1.0.0')
      const { stream, send } = await rig.feed()
      const [rule, output] = [fresh('rule'), rig.file()]
      const sql = `SELECT ${counting.named('accumulateWordCount')}(text, " ") AS words FROM ${stream}`
      await engine.rule(rule, sql, rig.into(output))
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
      await engine.start()
      // The engine reads its packages while it starts its rules, and a rule that is first stops.
      await until('the packages run', async () => {
        const states = await Promise.all([counting.status(), feeding.status()])
        return states.every(({ status }) => status === 'running')
      })
      const { status } = await engine.status(rule)
      if (status === 'stopped by error') await engine.post(`/rules/${rule}/restart`, {})
      expect(await counted()).toBe(12)
    },
    minute,
  )
})
