// What state costs, beside a bare loop that appends records of the same size to a file.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { openStore } from '../../src/state/open.js'
import type { State } from '../../src/state/store.js'
import type { Figure } from './figure.js'
import { inTurns, median, medianRatio } from './rounds.js'

const roundCount = 7
const increments = 200_000
const values = 50_000
const keys = 100_000
const row = {
  device: 'thermometer-17',
  at: 1_700_000_000_000,
  celsius: 21.5,
  tags: ['roof', 'north'],
  ok: true,
}
const place = { ruleId: 'rule1', opId: 'op_project', instanceId: 0, funcId: 1 }

/** Each call is awaited before the next, as plugins do. */
export async function measure(): Promise<Figure[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-bench-'))
  const warn = (sentence: string): void => void process.stderr.write(`${sentence}\n`)
  const store = await openStore(`file:${folder}`, { warn })
  try {
    const space = await store.open('function', 'bench')
    const speeds = await measureSpeeds(space.at(place), path.join(folder, 'bare'))
    return [...speeds, await measureMemory(space.at({ ...place, ruleId: 'rule2' }))]
  } finally {
    await store.close()
    fs.rmSync(folder, { recursive: true })
  }
}

async function measureSpeeds(state: State, bareFile: string): Promise<Figure[]> {
  const { bare, increment, put, get } = await inTurns(roundCount, {
    bare: () => perSecond(increments, count => bareWrites(bareFile, count)),
    increment: () => perSecond(increments, count => times(count, () => state.incrCounter('count', 1))),
    put: () => perSecond(values, count => times(count, index => state.putState(`row${index % 100}`, row))),
    get: () => perSecond(values, count => times(count, index => state.getState(`row${index % 100}`))),
  })
  const beside = (what: string, ours: number[]): Figure => ({
    what,
    ours: median(ours),
    unit: '/s',
    peer: { what: 'writeSync', value: median(bare) },
    ratio: medianRatio(ours, bare),
  })
  return [
    // 200 000 increments where the bare loop does 500 000.
    { ...beside('incrCounter, file', increment), promise: { of: 'ratio', atLeast: 0.4 } },
    beside('putState of a row, file', put),
    beside('getState of a row, file', get),
  ]
}

async function measureMemory(state: State): Promise<Figure> {
  const before = process.memoryUsage.rss()
  await times(keys, index => state.putState(`row${index}`, row))
  return { what: '100 000 rows in state', ours: (process.memoryUsage.rss() - before) / 1e6, unit: 'MB' }
}

function bareWrites(file: string, count: number): void {
  const record = Buffer.alloc(50, 7)
  const fd = fs.openSync(file, 'w')
  for (let index = 0; index < count; index += 1)
    fs.writeSync(fd, record, 0, record.length, index * record.length)
  fs.closeSync(fd)
}

async function times(count: number, call: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index += 1) await call(index)
}

async function perSecond(count: number, work: (count: number) => void | Promise<void>): Promise<number> {
  const began = performance.now()
  await work(count)
  return (count / (performance.now() - began)) * 1000
}
