import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Capability, outcomeIn } from '../support/capabilities.js'
import type { Engine } from '../support/engine.js'
import { startEngine, startLimit, version, withEngine } from '../support/engine-under-test.js'
import { kplug } from '../support/io.js'
import { Packed } from '../support/packed.js'
import { fresh, Rig, rows, rowsIn } from '../support/rig.js'
import { until } from '../support/until.js'

const minute = 60_000

withEngine('as the table in the documentation says:', () => {
  let engine: Engine
  let rig: Rig

  beforeAll(async () => {
    engine = await startEngine(startLimit(5000))
    const feeding = new Packed(engine, ['sources/Lines', 'sinks/Collector'])
    await feeding.install()
    rig = new Rig(engine, feeding)
  }, minute)

  afterAll(() => engine.end())

  /** A test of a row of the table: `yes`, or what is said instead. */
  function row(capability: Capability, attempt: () => Promise<string>): void {
    test(capability, async () => expect(await attempt()).toBe(outcomeIn(version, capability)), 2 * minute)
  }

  /** Runs a command of kplug against the engine: `yes`, or its last sentence. */
  async function run({ folder, name }: Packed, ...typed: string[]): Promise<string> {
    const { code, stderr } = await kplug(folder, ...typed, '--engine', engine.url)
    const last = stderr.trimEnd().split('\n').at(-1) ?? ''
    return code === 0 ? 'yes' : last.replaceAll(engine.url, 'URL').replaceAll(name, 'NAME')
  }

  function push(packed: Packed, given: string, ...more: string[]): Promise<string> {
    packed.setVersion(given)
    return run(packed, 'push', '--no-boot-check', '--watch-seconds', '1', ...more)
  }

  /** Has a rule use the counting function of a package; `answer` is its answer to one more row of two words. */
  async function counting(packed: Packed) {
    const { stream, send } = await rig.feed()
    const [rule, output] = [fresh('rule'), rig.file()]
    const call = `${packed.named('accumulateWordCount')}(text, " ")`
    await engine.rule(rule, `SELECT ${call} AS answer FROM ${stream}`, rig.into(output))
    const answer = async (): Promise<unknown> => {
      const before = rowsIn(output).length
      send({ text: 'two words' })
      return (await rows(output, before + 1, 40_000))[before]?.['answer']
    }
    return { rule, answer }
  }

  const counter = (settings: object = {}): Packed =>
    new Packed(engine, ['functions/AccumulateWordCount'], settings)

  row('install over REST', async () => {
    const packed = counter()
    await packed.install()
    const { answer } = await counting(packed)
    expect(await answer()).toBe(2)
    return 'yes'
  })

  row('`kplug doctor` finds no problems in a healthy engine', async () => {
    const { stdout } = await kplug(engine.temp, 'doctor', '--engine', engine.url)
    return stdout === 'No problems found\n' ? 'yes' : stdout
  })

  row('`kplug push`: install', async () => {
    const packed = counter()
    const outcome = await push(packed, '1.0.0')
    if (outcome === 'yes') expect(await (await counting(packed)).answer()).toBe(2)
    return outcome
  })

  row('`kplug push`: update under a running rule', async () => {
    const packed = counter()
    const installed = await push(packed, '1.0.0')
    if (installed !== 'yes') return installed
    const { answer } = await counting(packed)
    expect(await answer()).toBe(2)
    const updated = await push(packed, '1.1.0')
    expect(await answer()).toBe(4)
    return updated
  })

  row('`kplug push`: the previous version is back after one that does not start', async () => {
    const packed = counter({ assets: ['node*'] })
    packed.write('node.txt', '')
    const installed = await push(packed, '1.0.0')
    if (installed !== 'yes') return installed
    const { answer } = await counting(packed)
    expect(await answer()).toBe(2)
    // A file of this name is the Node.js that the package carries. This one does not start.
    fs.writeFileSync(path.join(packed.folder, 'node'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    expect(await push(packed, '1.1.0')).toMatch(/version 1\.0\.0 is installed again and running$/)
    expect(await answer()).toBe(4)
    return 'yes'
  })

  row('`kplug push` refuses properties that a running rule would have refused', async () => {
    const packed = new Packed(engine, ['sources/Ticks'])
    const installed = await push(packed, '1.0.0')
    if (installed !== 'yes') return installed
    const { output } = await ticking(packed, { every: 20 })
    packed.edit('sources/Ticks', '.positive()', '.min(1000)')
    expect(await push(packed, '1.1.0')).toContain('properties that this version refuses (')
    await rows(output, rowsIn(output).length + 3)
    return 'yes'
  })

  row('`kplug push --rollback`', async () => {
    const packed = counter()
    const installed = await push(packed, '1.0.0')
    if (installed !== 'yes') return installed
    await push(packed, '1.1.0')
    const { answer } = await counting(packed)
    expect(await answer()).toBe(2)
    const back = await push(packed, '1.1.0', '--rollback')
    expect(await answer()).toBe(4)
    expect(await engine.get(`/plugins/portables/${packed.name}`)).toMatchObject({ version: '1.0.0' })
    return back
  })

  row('`kplug push --remove`', async () => {
    const packed = counter()
    const installed = await push(packed, '1.0.0')
    if (installed !== 'yes') return installed
    const removed = await push(packed, '1.0.0', '--remove')
    await until('its process is gone', () => packed.processes().length === 0)
    return removed
  })

  row('`kplug list --engine`', async () => {
    const packed = counter()
    await packed.install()
    return run(packed, 'list')
  })

  row('`kplug describe --engine`', async () => {
    const packed = counter()
    await packed.install()
    return run(packed, 'describe', 'function', packed.named('accumulateWordCount'))
  })

  row('a refused property is named in', async () => {
    const packed = new Packed(engine, ['sources/Ticks'])
    await packed.install()
    const [stream, rule] = [fresh('ticks'), fresh('rule')]
    await rig.configure(packed.named('ticks'), { every: -1 })
    await engine.stream(stream, packed.named('ticks'), { CONF_KEY: 'test' })
    const created = await engine.rule(rule, `SELECT * FROM ${stream}`, { nop: {} }).catch(String)
    if (created?.includes('every')) return 'answer'
    const named = async (): Promise<boolean> => JSON.stringify(await engine.status(rule)).includes('every')
    const inStatus = await until('the status names it', named, 5000).catch(() => false)
    return inStatus ? 'rule status' : 'log'
  })

  row('a rule with a source, a function and a sink restarts', async () => {
    const packed = new Packed(engine, ['sources/Ticks', 'sinks/Collector', 'functions/Reverse'])
    await packed.install()
    const { rule, output } = await ticking(packed, { every: 20 })
    await engine.post(`/rules/${rule}/restart`, {})
    return works(() => rows(output, rowsIn(output).length + 20, 5000))
  })

  row('a sink acknowledges its items (`requireAck`)', async () => {
    const packed = new Packed(engine, ['sources/Ticks', 'sinks/Collector', 'functions/Reverse'])
    await packed.install()
    const { output } = await ticking(packed, { every: 1 }, { requireAck: true })
    return works(() => rows(output, 1000, 10_000))
  })

  row('a rule goes on after the process of its package was killed', async () => {
    const packed = new Packed(engine, ['sources/Ticks', 'sinks/Collector', 'functions/Reverse'])
    await packed.install()
    const { output } = await ticking(packed, { every: 20 })
    const killed = packed.hosts()
    for (const pid of killed) process.kill(pid, 'SIGKILL')
    await until('its process is gone', () => !packed.hosts().some(pid => killed.includes(pid)))
    return works(() => rows(output, rowsIn(output).length + 20, 10_000))
  })

  row('the process ends when the engine is killed, and runs again when the engine does', async () => {
    const packed = counter()
    await packed.install()
    await engine.kill()
    await until('its process is gone', () => packed.processes().length === 0, 5000)
    await engine.start()
    const runs = until('it runs', () => packed.hosts().length === 1, 5000)
    return runs.then(
      () => 'yes',
      () => 'when a rule uses it',
    )
  })

  /** Whether a count goes on after something happened to a rule, its package or its engine. */
  function survives(
    capability: Capability,
    happen: (packed: Packed, rule: string) => Promise<unknown>,
  ): void {
    row(capability, async () => {
      const packed = counter()
      await packed.install()
      const { rule, answer } = await counting(packed)
      expect(await answer()).toBe(2)
      await happen(packed, rule)
      const next = await answer().catch(() => undefined)
      if (next === undefined) return 'no'
      expect(next).toBe(4)
      return 'yes'
    })
  }

  survives('state survives an update', packed => packed.update('1.1.0'))

  survives('state survives a restart of the rule', (_packed, rule) =>
    engine.post(`/rules/${rule}/restart`, {}),
  )

  survives('state survives when engine and plugin are killed', async packed => {
    for (const pid of packed.processes()) process.kill(pid, 'SIGKILL')
    await engine.kill()
    await engine.start()
  })

  /** A rule that writes the rows of a source with some properties to a file, once it has written two. */
  async function ticking(packed: Packed, props: object, action: object = {}) {
    const [stream, rule, output] = [fresh('ticks'), fresh('rule'), rig.file()]
    await rig.configure(packed.named('ticks'), props)
    await engine.stream(stream, packed.named('ticks'), { CONF_KEY: 'test' })
    await engine.rule(rule, `SELECT * FROM ${stream}`, rig.into(output, action))
    await rows(output, 2)
    return { rule, output }
  }
})

const works = (attempt: () => Promise<unknown>): Promise<string> =>
  attempt().then(
    () => 'yes',
    () => 'no',
  )
