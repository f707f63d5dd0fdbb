// Kills the host of a package 300 times at random moments, half of them in quick pairs, in a real eKuiper:
// `EKUIPER=DIR npx tsx test/bench/kills.ts [TRIES]`. It prints what was tried and what survived.
import * as fs from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { ekuipers } from '../support/ekuiper.js'
import { Engine } from '../support/engine.js'
import { Packed } from '../support/packed.js'
import { until } from '../support/until.js'

const tries = Number(process.argv[2] ?? 300)
const [ekuiper] = ekuipers
if (ekuiper === undefined) throw new Error('EKUIPER is not set: there is nothing to kill in')

const counted = /^sink_.*_records_out_total$/

async function main(engine: Engine): Promise<void> {
  const packed = new Packed(engine, ['sources/Ticks', 'functions/AccumulateWordCount', 'sinks/Collector'])
  await packed.install()
  const output = `${engine.temp}/rows`
  await engine.stream('kills', packed.named('ticks'))
  const count = `SELECT ${packed.named('accumulateWordCount')}(text, " ") AS n FROM kills`
  const sink = { [packed.named('collector')]: { path: output, requireAck: true, sendSingle: true } }
  await engine.rule('through', count, sink, { disableBufferFullDiscard: true })
  await engine.rule('beside', 'SELECT n FROM kills', { nop: {} }, { disableBufferFullDiscard: true })
  let survived = 0
  for (let done = 0; done < tries && process.exitCode === undefined; ) {
    await setTimeout(Math.random() * 400)
    const kills = done % 2 === 0 && done + 1 < tries ? 2 : 1
    for (let kill = 0; kill < kills; kill += 1) {
      await killHost(packed)
      if (kill + 1 < kills) await setTimeout(120 + Math.random() * 80)
    }
    done += kills
    survived += (await flow(engine)) ? kills : 0
    process.stdout.write(`${survived} of ${done} kills survived\r`)
  }
  const rows = fs.readFileSync(output, 'utf8').trim().split('\n')
  // What a host was killed in the middle of writing has no end.
  const values = rows.flatMap(row => /^\{"n":(\d+)\}$/.exec(row)?.[1] ?? []).map(Number)
  const back = values.filter((value, i) => value < (values[i - 1] ?? 0)).length
  const twice = values.length - new Set(values).size
  process.stdout.write(
    `${survived} of ${tries} kills survived: both rules flow; ${values.length} rows, the counter went back ${back} times, ${twice} rows came twice\n`,
  )
}

async function killHost(packed: Packed): Promise<void> {
  const [host] = await until('a host runs', () => packed.hosts().length > 0 && packed.hosts())
  if (host !== undefined) process.kill(host, 'SIGKILL')
}

async function flow(engine: Engine): Promise<boolean> {
  const before = await counters(engine)
  try {
    await until('both rules go on', async () => {
      const now = await counters(engine)
      return now.every((value, i) => value >= (before[i] ?? 0) + 3)
    })
    return true
  } catch (error) {
    process.stdout.write(engine.log().split('\n').slice(-40).join('\n'))
    process.exitCode = 1
    process.stdout.write(
      `\n${String(error)}: ${before.join(', ')} → ${(await counters(engine)).join(', ')}\n`,
    )
    return false
  }
}

const counters = (engine: Engine): Promise<number[]> =>
  Promise.all(['through', 'beside'].map(rule => engine.counter(rule, counted)))

const engine = await Engine.start(ekuiper)
try {
  await main(engine)
} finally {
  await engine.end()
}
