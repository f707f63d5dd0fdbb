import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { createInterface } from 'node:readline'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { fileDriver } from '../../src/state/file/driver.js'
import { storeOver } from '../../src/state/plugin-state.js'
import { bundledPrograms } from '../support/state/bundled.js'
import { doStep, expectStep, keys, place } from '../support/state/steps.js'
import { temporaryFolder } from '../support/temporary.js'

const totalKills = 160
const acknowledged = 50
const atOnce = 4

const programs = bundledPrograms(['killed', 'contender'])

function start(program: string, ...args: (string | number)[]): ChildProcess {
  return spawn(process.execPath, [path.join(programs(), `${program}.mjs`), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Lets a child do steps from `first` on, kills it some time after enough of them, and gives the last acknowledged. */
async function killSomewhere(folder: string, first: number): Promise<number> {
  const child = start('killed', folder, first)
  const ended = once(child, 'exit')
  let last = first - 1
  const lines = createInterface({ input: child.stdout ?? process.stdin })
  lines.on('line', line => {
    last = Number(line)
    if (last === first + acknowledged) setTimeout(() => child.kill('SIGKILL'), Math.random() * 8)
  })
  const [[, signal]] = await Promise.all([ended, once(lines, 'close')])
  expect(signal).toBe('SIGKILL')
  return last
}

async function contents(folder: string): Promise<Map<string, unknown>> {
  const warn = (): void => {}
  const store = storeOver(fileDriver(folder, { checkpoint: 'off', warn, lockWait: 0 }))
  const state = (await store.open('function', 'f')).at(place)
  const found = new Map<string, unknown>()
  for (const key of [...keys, 'n']) {
    const value = await state.getState(key)
    if (value !== undefined) found.set(key, value)
  }
  await store.close()
  return found
}

/** Kills one child after another over the same state; what the reader finds is where the next one begins. */
async function killAgainAndAgain(
  folder: string,
  kills: number,
): Promise<{ duringCompaction: number; fewest: number }> {
  const model = new Map<string, unknown>()
  let [next, duringCompaction, fewest] = [1, 0, Number.POSITIVE_INFINITY]
  for (let kill = 0; kill < kills; kill += 1) {
    const last = await killSomewhere(folder, next)
    fewest = Math.min(fewest, last - next + 1)
    if (fs.readdirSync(path.join(folder, 'function', 'f')).some(name => name.startsWith('new-')))
      duringCompaction += 1
    for (; next <= last; next += 1) expectStep(model, next)
    const found = await contents(folder)
    // The call that was under way may be there too.
    if (!isDeepStrictEqual(found, model)) {
      expectStep(model, next)
      next += 1
    }
    expect(found, `after step ${last}`).toEqual(model)
  }
  return { duringCompaction, fewest }
}

test('acknowledged calls survive SIGKILL at any moment, and at most one other call does', async () => {
  const each = totalKills / atOnce
  const results = await Promise.all(
    Array.from({ length: atOnce }, () => killAgainAndAgain(temporaryFolder(), each)),
  )
  expect(Math.min(...results.map(({ fewest }) => fewest))).toBeGreaterThanOrEqual(acknowledged)
  expect(results.reduce((sum, { duringCompaction }) => sum + duringCompaction, 0)).toBeGreaterThanOrEqual(15)
}, 240_000)

test('processes that contend for a state take turns, also over the lock of a killed one', async () => {
  const folder = temporaryFolder()
  await killSomewhere(folder, 1)
  const before = Number((await contents(folder)).get('n'))
  const children = Array.from({ length: 4 }, () => start('contender', folder, 20))
  const codes = await Promise.all(
    children.map(child => once(child, 'close').then(([code]) => code as unknown)),
  )
  expect(codes).toEqual([0, 0, 0, 0])
  expect((await contents(folder)).get('n')).toBe(before + 80)
}, 120_000)

test('the reader of this test notices a lost call', async () => {
  const folder = temporaryFolder()
  const store = storeOver(fileDriver(folder, { checkpoint: 'off', warn() {} }))
  const state = (await store.open('function', 'f')).at(place)
  const model = new Map<string, unknown>()
  for (const number of [1, 2, 3]) {
    if (number !== 2) await doStep(state, number)
    expectStep(model, number)
  }
  await store.close()
  expect(await contents(folder)).not.toEqual(model)
})
