// A large state: `npm run bench state-size`. It takes minutes and some gigabytes of disk, so it runs only by its name.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { openStore } from '../../src/state/open.js'
import type { State, StateStore } from '../../src/state/store.js'
import type { Figure } from './figure.js'

const megabyte = 1e6
const valueSize = 10_000
const place = { ruleId: 'rule1', opId: 'op_project', instanceId: 0, funcId: 1 }
const warn = (sentence: string): void => void process.stderr.write(`${sentence}\n`)

interface Load {
  live: number
  written: number
}

export async function measure(): Promise<Figure[]> {
  return [
    ...(await grow({ live: 300, written: 3 * 1024 })),
    ...(await grow({ live: 700, written: 3 * 1024 })),
  ]
}

/** Writes until so many megabytes were written, over keys whose values take so many, and opens the result. */
async function grow({ live, written }: Load): Promise<Figure[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-bench-'))
  const keys = (live * megabyte) / valueSize
  try {
    const [store, state] = await open(folder)
    const peaks = { disk: 0, memory: 0 }
    const began = performance.now()
    for (let index = 0; index < (written * megabyte) / valueSize; index += 1) {
      await state.putState(`key${index % keys}`, Buffer.alloc(valueSize, index))
      if (index % 1000 === 0) observe(folder, peaks)
    }
    const speed = (written * megabyte) / valueSize / ((performance.now() - began) / 1000)
    await store.close()
    const opening = performance.now()
    const [again, found] = await open(folder)
    const opened = performance.now() - opening
    await expectAll(found, keys, (written * megabyte) / valueSize)
    observe(folder, peaks)
    await again.close()
    const of = `${written} MB written over ${live} MB`
    return [
      { what: `${of}: largest on disk`, ours: peaks.disk / megabyte, unit: 'MB' },
      { what: `${of}: most memory`, ours: peaks.memory / megabyte, unit: 'MB' },
      { what: `${of}: puts`, ours: speed, unit: '/s' },
      { what: `${of}: opening`, ours: opened, unit: 'ms' },
    ]
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

async function open(folder: string): Promise<[StateStore, State]> {
  const store = await openStore(`file:${folder}`, { warn })
  return [store, (await store.open('function', 'large')).at(place)]
}

function observe(folder: string, peaks: { disk: number; memory: number }): void {
  peaks.memory = Math.max(peaks.memory, process.memoryUsage.rss())
  const ofPlugin = path.join(folder, 'function', 'large')
  const sizes = fs
    .readdirSync(ofPlugin)
    .map(name => fs.statSync(path.join(ofPlugin, name), { throwIfNoEntry: false })?.size ?? 0)
  peaks.disk = Math.max(
    peaks.disk,
    sizes.reduce((sum, size) => sum + size, 0),
  )
}

/** The last value of every key is there. */
async function expectAll(state: State, keys: number, puts: number): Promise<void> {
  for (let key = 0; key < keys; key += 1) {
    const last = key + keys * Math.floor((puts - 1 - key) / keys)
    const value = (await state.getState(`key${key}`)) as Buffer
    if (value.length !== valueSize || value[0] !== last % 256)
      throw new Error(`The value of key ${key} is lost`)
  }
}
