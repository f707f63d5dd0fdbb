// A source as fast as it can be, in a rule that is restarted again and again, in each eKuiper that EKUIPER names:
// `npm run bench -- soak`. With `--discard` the rule lacks the option that makes the engine wait, which shows after how
// many restarts the engine wedges.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { ekuipers } from '../support/ekuiper.js'
import { Engine } from '../support/engine.js'
import { kplug } from '../support/io.js'
import { Packed } from '../support/packed.js'
import { until } from '../support/until.js'
import type { Figure } from './figure.js'

const restarts = 100
/** Rows that a rule has to pass on after each restart: more than all buffers on the way hold. */
const enough = 10_000
/** Milliseconds. */
const longestRestart = 20_000
const rule = 'soak'

export async function measure(options: readonly string[]): Promise<Figure[]> {
  if (ekuipers.length === 0) process.stderr.write('EKUIPER is not set: no engine was soaked\n')
  const figures: Figure[] = []
  for (const ekuiper of ekuipers) figures.push(...(await soak(ekuiper, options.includes('--discard'))))
  return figures
}

async function soak(ekuiper: string, discard: boolean): Promise<Figure[]> {
  const engine = await Engine.start(ekuiper, { KUIPER__BASIC__LOGLEVEL: 'fatal' })
  try {
    const version = await engine.version()
    const output = path.join(engine.temp, 'sequences')
    await createRule(engine, output, discard)
    const survived = await restartAgainAndAgain(engine)
    if (survived < restarts) {
      const found = await foundByDoctor(engine, version)
      return [...figuresOf(version, survived, await sequencesIn(output, survived), discard), found]
    }
    await engine.delete(`/rules/${rule}`)
    return figuresOf(version, survived, await sequencesIn(output, survived + 1), discard)
  } finally {
    await engine.end()
  }
}

async function createRule(engine: Engine, output: string, discard: boolean): Promise<void> {
  const packed = new Packed(engine, ['sources/Counting', 'sinks/Sequence'])
  await packed.install()
  await engine.stream('counting', packed.named('counting'))
  const action = { [packed.named('sequence')]: { path: output, sendSingle: true } }
  await engine.rule(rule, 'SELECT n FROM counting', action, { disableBufferFullDiscard: !discard })
}

/** Returns how many restarts the rule survived. */
async function restartAgainAndAgain(engine: Engine): Promise<number> {
  for (let survived = 0; survived < restarts; survived += 1) {
    if (!(await passesRows(engine)) || !(await canRestart(engine))) return survived
  }
  return (await passesRows(engine)) ? restarts : restarts - 1
}

/** An engine whose source hangs may answer with an error, or never. */
async function canRestart(engine: Engine): Promise<boolean> {
  const restarted = engine.post(`/rules/${rule}/restart`, {}).then(
    () => true,
    () => false,
  )
  return Promise.race([restarted, setTimeout(longestRestart, false)])
}

const passesRows = (engine: Engine): Promise<boolean> =>
  until(`${rule} passes rows`, async () => (await rowsOut(engine)) >= enough).then(
    () => true,
    () => false,
  )

/** Zero while the rule starts, because it has no counters then. */
const rowsOut = (engine: Engine): Promise<number> =>
  engine.counter(rule, /^sink_.*_records_out_total$/).catch(() => 0)

/** Whether the wedge of the rule is among what the doctor finds. */
async function foundByDoctor(engine: Engine, version: string): Promise<Figure> {
  const { stdout } = await kplug(engine.temp, 'doctor', '--engine', engine.url, '--json')
  const { findings } = JSON.parse(stdout) as {
    findings: { check: string; subject: string; message: string }[]
  }
  const wedges = findings.filter(({ check, subject }) => check === 'source-hangs' && subject.includes(rule))
  for (const { message } of wedges) process.stdout.write(`${version}: ${message}\n`)
  return {
    what: `${version}: wedges that doctor finds`,
    ours: wedges.length,
    unit: 'wedges',
    promise: { of: 'ours', atLeast: 1 },
  }
}

interface Sequence {
  rows: number
  missing: number
}

const sequencesIn = (file: string, count: number): Promise<Sequence[]> =>
  until('all sinks are closed', () => {
    const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n') : []
    return lines.length >= count && lines.map(line => JSON.parse(line) as Sequence)
  })

function figuresOf(
  version: string,
  survived: number,
  sequences: readonly Sequence[],
  discard: boolean,
): Figure[] {
  const sum = (key: keyof Sequence): number => sequences.reduce((total, sequence) => total + sequence[key], 0)
  return [
    {
      what: `${version}: restarts survived`,
      ours: survived,
      unit: 'restarts',
      ...(discard ? {} : { promise: { of: 'ours', atLeast: restarts } }),
    },
    { what: `${version}: rows passed on`, ours: sum('rows'), unit: 'rows' },
    {
      what: `${version}: rows lost`,
      ours: sum('missing'),
      unit: 'rows',
      ...(discard ? {} : { promise: { of: 'ours', atMost: 0 } }),
    },
  ]
}
