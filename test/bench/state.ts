/**
 * Measures the state: `npx tsx test/bench/state.ts`. Each figure is the median of rounds that take turns with a bare
 * loop of writeSync, so that whatever else the machine does falls on both.
 */
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { openStore } from '../../src/runtime/state/open.js'
import type { State } from '../../src/runtime/state/store.js'

const ROUNDS = 7
const INCREMENTS = 200_000
const PUTS = 50_000
const KEYS = 100_000
const ROW = {
  device: 'thermometer-17',
  at: 1_700_000_000_000,
  celsius: 21.5,
  tags: ['roof', 'north'],
  ok: true,
}
const PLACE = { ruleId: 'rule1', opId: 'op_project', instanceId: 0, funcId: 1 }

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-bench-'))
const store = await openStore(`file:${folder}`, { warn: sentence => print(sentence) })
try {
  const space = await store.open('function', 'bench')
  await speeds(space.at(PLACE))
  await memory(space.at({ ...PLACE, ruleId: 'rule2' }))
} finally {
  await store.close()
  fs.rmSync(folder, { recursive: true })
}

async function speeds(state: State): Promise<void> {
  const rounds = {
    write: [] as number[],
    increment: [] as number[],
    put: [] as number[],
    get: [] as number[],
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.write.push(await perSecond(INCREMENTS, bareWrites))
    rounds.increment.push(await perSecond(INCREMENTS, count => increments(state, count)))
    rounds.put.push(await perSecond(PUTS, count => puts(state, count)))
    rounds.get.push(await perSecond(PUTS, count => gets(state, count)))
  }
  const write = median(rounds.write)
  for (const [name, figures] of Object.entries(rounds)) {
    const figure = median(figures)
    print(
      `${name.padEnd(10)} ${Math.round(figure).toLocaleString('en')}/s, ${(figure / write).toFixed(2)} of bare writes`,
    )
  }
}

function bareWrites(count: number): void {
  const record = Buffer.alloc(50, 7)
  const fd = fs.openSync(path.join(folder, 'bare'), 'w')
  for (let index = 0; index < count; index += 1) fs.writeSync(fd, record, 0, 50, index * 50)
  fs.closeSync(fd)
}

async function increments(state: State, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await state.incrCounter('count', 1)
}

async function puts(state: State, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await state.putState(`row${index % 100}`, ROW)
}

async function gets(state: State, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await state.getState(`row${index % 100}`)
}

async function memory(state: State): Promise<void> {
  const journal = path.join(folder, 'function', 'bench', 'journal')
  print(`journal    ${(fs.statSync(journal).size / 2 ** 20).toFixed(1)} MiB after these rounds`)
  const before = process.memoryUsage().rss
  for (let index = 0; index < KEYS; index += 1) await state.putState(`row${index}`, ROW)
  const bytes = (process.memoryUsage().rss - before) / KEYS
  print(`memory     ${Math.round(bytes)} bytes of resident memory for each of ${KEYS} rows`)
}

async function perSecond(count: number, work: (count: number) => void | Promise<void>): Promise<number> {
  const start = process.hrtime.bigint()
  await work(count)
  return count / (Number(process.hrtime.bigint() - start) / 1e9)
}

function median(figures: number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
