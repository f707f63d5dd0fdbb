// Calls and rows a second in a real eKuiper, and the CPU time of each, beside plugins made with the engine's own SDKs,
// in one run: `EKUIPER=DIR KUIPER_PEERS=DIR npx tsx test/bench/engine.ts`. CONTRIBUTING.md says how to get both.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import { ekuipers } from '../support/ekuiper.js'
import { Engine } from '../support/engine.js'
import { kplug } from '../support/io.js'
import { cpuTimeOf, memoryOf } from './children.js'
import { type Figure, figuresAsText } from './figure.js'
import { bareNode, handshakeTime, nodeTime } from './handshake.js'
import { inTurns, median, medianRatio } from './rounds.js'

const rounds = 5
const warmUp = 1000
const counted = 3000
const callsInRow = 100
const mostTurns = 5
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
    const python = { name: 'pybench', file: pathToFileURL(path.join(peers, 'pybench.zip')).href }
    await install(engine, peers, python)
    const idle = residents(engine)
    // The Python SDK misses commands once it had none for 5 s, so each turn has a new process of it.
    const renew = (): Promise<unknown> => engine.put('/plugins/portables/pybench', python)
    const figures: Figure[] = []
    for (const measurePart of [functions, sources, sinks]) figures.push(...(await measurePart(engine, renew)))
    return [...figures, ...(await starts(engine)), ...memory(idle, residents(engine))]
  } finally {
    await engine.end()
  }
}

interface Package extends Record<string, unknown> {
  name: string
  /** The URL of its zip. */
  file: string
}

async function install(engine: Engine, peers: string, python: Package): Promise<void> {
  const project = path.join(engine.temp, 'project')
  fs.cpSync(fixture, project, { recursive: true })
  const { code, stderr } = await kplug(project, 'pack')
  if (code !== 0) throw new Error(`kplug pack ended with ${code}: ${stderr}`)
  const js = path.join(project, 'dist', 'jsbench-1.0.0.zip')
  const go = path.join(peers, 'gobench.zip')
  await engine.post('/plugins/portables', { name: 'jsbench', file: pathToFileURL(js).href })
  await engine.post('/plugins/portables', { name: 'gobench', file: pathToFileURL(go).href })
  await engine.post('/plugins/portables', python)
  await engine.simulate('fast', [{ temperature: 20.5 }], 1)
  await engine.simulate('burst', [{ arr: Array.from({ length: 100 }, (_, n) => ({ n })) }], 1)
  for (const source of ['jssrc', 'gosrc', 'pysrc']) {
    await engine.put(`/metadata/sources/${source}/confKeys/bench`, { max: 1_000_000_000 })
    await engine.stream(source, source, { CONF_KEY: 'bench' })
  }
}

/** Installs a package again, which starts a new process of it. */
type Renew = () => Promise<unknown>

/** What a plugin did in a second, and the CPU time of its process for each call or row. */
interface Work {
  perSecond: number
  microseconds: number
}

function functions(engine: Engine, renew: Renew): Promise<Figure[]> {
  const sql = (echo: string): string => {
    const calls = Array.from({ length: callsInRow }, (_, i) => `${echo}(temperature) AS a${i}`)
    return `SELECT ${calls.join(', ')} FROM fast`
  }
  const counter = /^op_\d+_project_0_records_out_total$/
  const way = (name: string, echo: string): Way => ({ name, sql: sql(echo), counter, units: callsInRow })
  return compare(engine, 'function call', {
    js: way('jsbench', 'jsecho'),
    go: way('gobench', 'goecho'),
    python: { ...way('pybench', 'pyecho'), before: renew },
  })
}

function sources(engine: Engine, renew: Renew): Promise<Figure[]> {
  const way = (name: string, source: string): Way => ({
    name,
    sql: `SELECT n FROM ${source}`,
    counter: /^source_.*_records_in_total$/,
  })
  return compare(engine, 'source row', {
    js: way('jsbench', 'jssrc'),
    go: way('gobench', 'gosrc'),
    python: { ...way('pybench', 'pysrc'), before: renew },
  })
}

/** A sink of the Go SDK does not run: both it and the engine listen on the path of the acknowledgements. */
function sinks(engine: Engine, renew: Renew): Promise<Figure[]> {
  const way = (name: string, sink: string): Way => ({
    name,
    sql: 'SELECT unnest(arr) FROM burst',
    action: { [sink]: { path: path.join(engine.temp, `${sink}.json`), sendSingle: true } },
    counter: /^sink_.*_records_out_total$/,
  })
  return compare(engine, 'sink row', {
    js: way('jsbench', 'jssink'),
    python: { ...way('pybench', 'pysink'), before: renew },
  })
}

/** How a package is put to work. */
interface Way {
  /** The package. */
  name: string
  sql: string
  action?: Record<string, unknown>
  /** The counter of the rule that grows with the work. */
  counter: RegExp
  /** Calls for each count. */
  units?: number
  before?: Renew
}

interface Ways {
  js: Way
  go?: Way
  python: Way
}

async function compare(engine: Engine, unit: string, ways: Ways): Promise<Figure[]> {
  const named = Object.entries<Way>({ ...ways })
  const turns = Object.fromEntries(named.map(([name, way]) => [name, () => work(engine, way)]))
  const { js: ours = [], go, python = [] } = await inTurns(rounds, turns)
  return [
    ...(go === undefined ? [] : besides(unit, ours, 'Go SDK', go)),
    ...besides(unit, ours, 'Python SDK', python),
  ]
}

type Peer = 'Go SDK' | 'Python SDK'

const leastRate: Record<Peer, number> = { 'Go SDK': 1.2, 'Python SDK': 2 }

const mostCost: Record<string, Partial<Record<Peer, number>>> = {
  'function call': { 'Go SDK': 0.42, 'Python SDK': 0.22 },
  'source row': { 'Go SDK': 0.2 },
  'sink row': { 'Python SDK': 0.1 },
}

function besides(unit: string, ours: readonly Work[], peer: Peer, theirs: readonly Work[]): Figure[] {
  const rate = beside(`${unit}s`, '/s', perSeconds(ours), peer, perSeconds(theirs))
  const cost = beside(`CPU for each ${unit}`, 'µs', costs(ours), peer, costs(theirs))
  const atMost = mostCost[unit]?.[peer]
  return [
    { ...rate, promise: { of: 'ratio', atLeast: leastRate[peer] } },
    { ...cost, ...(atMost !== undefined && { promise: { of: 'ratio', atMost } }) },
  ]
}

const perSeconds = (works: readonly Work[]): number[] => works.map(({ perSecond }) => perSecond)
const costs = (works: readonly Work[]): number[] => works.map(({ microseconds }) => microseconds)

const beside = (
  what: string,
  unit: Figure['unit'],
  ours: readonly number[],
  peer: Peer,
  theirs: readonly number[],
): Figure => ({
  what,
  ours: median(ours),
  unit,
  peer: { what: peer, value: median(theirs) },
  ratio: medianRatio(ours, theirs),
})

let made = 0

/** A turn in which nothing was done is repeated: a command that the Python SDK missed also delays the next one. */
async function work(engine: Engine, way: Way): Promise<Work> {
  for (let turn = 1; turn <= mostTurns; turn += 1) {
    await way.before?.()
    const done = await runRule(engine, way)
    if (done !== undefined) return done
  }
  throw new Error(`${way.name} did nothing in ${mostTurns} turns`)
}

/** Runs a rule, and measures it once it has run for a moment. Undefined if it did nothing. */
async function runRule(
  engine: Engine,
  { name, sql, action, counter, units = 1 }: Way,
): Promise<Work | undefined> {
  const rule = `bench${(made += 1)}`
  // Without the second option, a rule drops what a fast source sends, and still counts it.
  const options = { bufferLength: 1024, disableBufferFullDiscard: true }
  await engine.rule(rule, sql, action ?? { nop: {} }, options)
  const look = async () => ({
    at: performance.now(),
    count: units * (await engine.counter(rule, counter)),
    cpu: cpuTimeOf(engine.processes(name)),
  })
  await setTimeout(warmUp)
  const from = await look()
  await setTimeout(counted)
  const to = await look()
  await engine.delete(`/rules/${rule}`)
  const count = to.count - from.count
  if (count === 0) return undefined
  return {
    perSecond: (count * 1000) / (to.at - from.at),
    microseconds: ((to.cpu - from.cpu) * 1000) / count,
  }
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
