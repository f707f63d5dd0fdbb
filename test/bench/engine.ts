// Calls and rows a second in a real eKuiper, beside plugins made with the engine's own SDKs, in one run:
// `EKUIPER=DIR KUIPER_PEERS=DIR npx tsx test/bench/engine.ts`. CONTRIBUTING.md says how to get both.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import { ekuipers } from '../support/ekuiper.js'
import { Engine } from '../support/engine.js'
import { kplug } from '../support/io.js'
import { memoryOf } from './children.js'
import { type Figure, figuresAsText } from './figure.js'
import { bareNode, handshakeTime, nodeTime } from './handshake.js'
import { inTurns, median, medianRatio } from './rounds.js'

const rounds = 5
const warmUp = 1000
const counted = 3000
const callsInRow = 100
const spawns = 25

const fixture = path.join(import.meta.dirname, '..', 'fixtures', 'bench-plugins')

export async function measure(): Promise<Figure[]> {
  const [ekuiper] = ekuipers
  /** The folder of gobench.zip and pybench.zip. */
  const peers = process.env['KUIPER_PEERS']
  if (ekuiper === undefined || peers === undefined) {
    process.stderr.write('EKUIPER or KUIPER_PEERS is not set: nothing was measured in eKuiper\n')
    return []
  }
  const engine = await Engine.start(ekuiper, { KUIPER__BASIC__LOGLEVEL: 'fatal' })
  try {
    await install(engine, peers)
    const idle = residents(engine)
    const figures = [...(await functions(engine)), ...(await sources(engine)), ...(await sinks(engine))]
    return [...figures, ...(await starts(engine)), ...memory(idle, residents(engine))]
  } finally {
    await engine.end()
  }
}

async function install(engine: Engine, peers: string): Promise<void> {
  const project = path.join(engine.temp, 'project')
  fs.cpSync(fixture, project, { recursive: true })
  const { code, stderr } = await kplug(project, 'pack')
  if (code !== 0) throw new Error(`kplug pack ended with ${code}: ${stderr}`)
  const zips = {
    jsbench: path.join(project, 'dist', 'jsbench-1.0.0.zip'),
    gobench: path.join(peers, 'gobench.zip'),
    pybench: path.join(peers, 'pybench.zip'),
  }
  for (const [name, file] of Object.entries(zips)) {
    await engine.post('/plugins/portables', { name, file: pathToFileURL(file).href })
  }
  await engine.simulate('fast', [{ temperature: 20.5 }], 1)
  await engine.simulate('burst', [{ arr: Array.from({ length: 100 }, (_, n) => ({ n })) }], 1)
  for (const source of ['jssrc', 'gosrc', 'pysrc']) {
    await engine.put(`/metadata/sources/${source}/confKeys/bench`, { max: 1_000_000_000 })
    await engine.stream(source, source, { CONF_KEY: 'bench' })
  }
}

async function functions(engine: Engine): Promise<Figure[]> {
  const callsWith = (echo: string) => async (): Promise<number> => {
    const calls = Array.from({ length: callsInRow }, (_, i) => `${echo}(temperature) AS a${i}`)
    const sql = `SELECT ${calls.join(', ')} FROM fast`
    return callsInRow * (await rate(engine, sql, { nop: {} }, /^op_\d+_project_0_records_out_total$/))
  }
  const found = await inTurns(rounds, {
    js: callsWith('jsecho'),
    go: callsWith('goecho'),
    python: callsWith('pyecho'),
  })
  return [
    beside('function calls', found.js, 'Go SDK', found.go, 1.5),
    beside('function calls', found.js, 'Python SDK', found.python, 2.1),
  ]
}

async function sources(engine: Engine): Promise<Figure[]> {
  const rowsFrom = (source: string) => (): Promise<number> =>
    rate(engine, `SELECT n FROM ${source}`, { nop: {} }, /^source_.*_records_in_total$/)
  const found = await inTurns(rounds, {
    js: rowsFrom('jssrc'),
    go: rowsFrom('gosrc'),
    python: rowsFrom('pysrc'),
  })
  return [
    beside('source rows', found.js, 'Go SDK', found.go, 1.45),
    beside('source rows', found.js, 'Python SDK', found.python, 2.4),
  ]
}

async function sinks(engine: Engine): Promise<Figure[]> {
  const rowsInto = (sink: string) => (): Promise<number> => {
    const action = { [sink]: { path: path.join(engine.temp, `${sink}.json`), sendSingle: true } }
    return rate(engine, 'SELECT unnest(arr) FROM burst', action, /^sink_.*_records_out_total$/)
  }
  const found = await inTurns(rounds, { js: rowsInto('jssink'), python: rowsInto('pysink') })
  return [beside('sink rows', found.js, 'Python SDK', found.python, 2.3)]
}

function beside(
  what: string,
  ours: readonly number[],
  peer: string,
  theirs: readonly number[],
  atLeast: number,
): Figure {
  return {
    what,
    ours: median(ours),
    unit: '/s',
    peer: { what: peer, value: median(theirs) },
    ratio: medianRatio(ours, theirs),
    promise: { of: 'ratio', atLeast },
  }
}

let made = 0

/** How much a rule's counter grows in a second, once the rule has run for a moment. */
async function rate(
  engine: Engine,
  sql: string,
  action: Record<string, unknown>,
  counter: RegExp,
): Promise<number> {
  const rule = `bench${(made += 1)}`
  await engine.rule(rule, sql, action, { bufferLength: 1024 })
  await setTimeout(warmUp)
  const from = { at: performance.now(), count: await engine.counter(rule, counter) }
  await setTimeout(counted)
  const to = { at: performance.now(), count: await engine.counter(rule, counter) }
  await engine.delete(`/rules/${rule}`)
  return ((to.count - from.count) * 1000) / (to.at - from.at)
}

async function starts(engine: Engine): Promise<Figure[]> {
  const executable = path.join(engine.folder, 'plugins', 'portable', 'jsbench', 'jsbench')
  const found = await inTurns(spawns, {
    package: () => handshakeTime(executable, 'jsbench'),
    node: () => nodeTime(),
  })
  return [
    {
      what: 'start to handshake',
      ours: median(found.package),
      unit: 'ms',
      peer: { what: 'node -e 0', value: median(found.node) },
      ratio: medianRatio(found.package, found.node),
      promise: { of: 'ratio', atMost: 1.15 },
    },
  ]
}

/** Megabytes of the host and of the shells above it. */
function residents(engine: Engine): { host: number; shells: number } {
  const pids = engine.processes('jsbench')
  const sizes = pids.map(pid => memoryOf(pid, 'VmRSS') ?? 0).toSorted((a, b) => b - a)
  return { host: sizes[0] ?? 0, shells: sizes.slice(1).reduce((sum, size) => sum + size, 0) }
}

function memory(idle: ReturnType<typeof residents>, busy: ReturnType<typeof residents>): Figure[] {
  const bare = bareNode()
  return [
    {
      what: 'host, idle',
      ours: idle.host,
      unit: 'MB',
      peer: { what: 'bare Node', value: bare },
      promise: { of: 'ratio', atMost: 1.1 },
    },
    { what: 'host, after all that', ours: busy.host, unit: 'MB', peer: { what: 'bare Node', value: bare } },
    { what: 'shells above the host', ours: idle.shells, unit: 'MB', promise: { of: 'ours', atMost: 12 } },
  ]
}

if (process.argv[1] === import.meta.filename) process.stdout.write(figuresAsText(await measure()))
