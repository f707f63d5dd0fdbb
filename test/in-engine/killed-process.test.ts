import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../support/engine.js'
import { startEngine, withEngine2 } from '../support/engine-under-test.js'
import { Packed } from '../support/packed.js'
import { fresh, into, Rig, rows, rowsIn } from '../support/rig.js'
import { until } from '../support/until.js'

const minute = 60_000

withEngine2('when its process is killed, a package', () => {
  let engine: Engine
  let rig: Rig

  beforeAll(async () => {
    engine = await startEngine()
    const feeding = new Packed(engine, ['sources/Lines', 'sinks/Collector'])
    await feeding.install()
    rig = new Rig(engine, feeding)
  }, minute)

  afterAll(() => engine.end())

  test('restarts everything that was running, except the row on which it died', async () => {
    const packed = new Packed(engine, ['sources/Ticks', 'sinks/Collector', 'functions/Moody'])
    await packed.install()
    const { stream, send } = await rig.feed()
    const [rule, output] = [fresh('rule'), rig.file()]
    await engine.rule(rule, `SELECT ${packed.named('moody')}(mood) AS mood FROM ${stream}`, rig.into(output))
    const [ticks, ticking, ticked] = [fresh('ticks'), fresh('rule'), rig.file()]
    await engine.stream(ticks, packed.named('ticks'))
    await engine.rule(ticking, `SELECT * FROM ${ticks}`, into(packed, ticked, { requireAck: true }))
    await rows(ticked, 2)

    send({ mood: 'die' })
    send({ mood: 'fine' })
    expect(await rows(output, 1, 2000)).toEqual([{ mood: 'fine' }])
    expect(await rig.lastException(rule)).toContain('died with this request, which is not retried')
    await rows(ticked, rowsIn(ticked).length + 3)
    expect(packed.hosts()).toHaveLength(1)
    for (const id of [rule, ticking]) await engine.delete(`/rules/${id}`)
    await packed.remove()
    await until('nothing of it is left', () => packed.processes().length === 0)
  })

  test('acknowledges the item with which it died', async () => {
    const packed = new Packed(engine, ['sinks/Mortal'])
    await packed.install()
    const { stream, send } = await rig.feed()
    const [rule, output] = [fresh('rule'), rig.file()]
    const action = { [packed.named('mortal')]: { path: output, sendSingle: true, requireAck: true } }
    await engine.rule(rule, `SELECT * FROM ${stream}`, action)
    for (const mood of ['first', 'die', 'fine']) send({ mood })
    expect(await rows(output, 2)).toEqual([{ mood: 'first' }, { mood: 'fine' }])
    expect(await rig.lastException(rule)).toContain('died with this item')
    await engine.delete(`/rules/${rule}`)
    await packed.remove()
  })

  test('is updated even if one of its functions never returns', async () => {
    const packed = new Packed(engine, ['functions/Moody'])
    await packed.install('1.0.0')
    const { stream, send } = await rig.feed()
    const [rule, output] = [fresh('rule'), rig.file()]
    await engine.rule(rule, `SELECT ${packed.named('moody')}(mood) AS mood FROM ${stream}`, rig.into(output))
    send({ mood: 'fine' })
    await rows(output, 1)
    const before = packed.processes()
    send({ mood: 'busy' })
    await until('the row has failed', async () => (await rig.exceptions(rule)) > 0)
    await packed.update('1.1.0')
    await until('the old one is gone', () => packed.processes().every(pid => !before.includes(pid)))
    await engine.delete(`/rules/${rule}`)
    await packed.remove()
  })
})
