import { readFileSync } from 'node:fs'
import { createContext, runFunction } from 'kplug/testing'
import { withEngine } from 'kplug/testing/engine'
import { expect, test } from 'vitest'
import { AnomalyScore } from '../../src/functions/AnomalyScore.js'

test('anomalyScore scores a value by those before it, also after a restart', async () => {
  const context = createContext()
  const scores: unknown[] = []
  // Each run is an instance of its own; what it knows lies in the state.
  for (const value of [20, 21, 20, 21, 30]) scores.push(await runFunction(AnomalyScore, [value], { context }))
  expect(scores.slice(0, 2)).toEqual([0, 0])
  expect(scores.at(-1)).toBeGreaterThan(10)
})

test.each([[[]], [[1, 2]], [['warm']]])('anomalyScore refuses %j', async args => {
  await expect(runFunction(AnomalyScore, args)).rejects.toThrow('takes')
})

const inRule = withEngine(async engine => {
  await engine.install()
  const data = [20, 21, 20, 21, 30].map(temperature => ({ temperature }))
  await engine.configure('simulator', 'default', { data, interval: 10, loop: true })
  const rule = await engine.rule(readFileSync('rules/anomalyScore.sql', 'utf8'))
  const rows = await rule.rows(5)
  expect(rows[0]).toEqual({ temperature: 20, score: 0 })
  expect(rows[4]?.['score']).toBeGreaterThan(10)
})

test('anomalyScore scores the values of a rule', inRule, 60_000)
