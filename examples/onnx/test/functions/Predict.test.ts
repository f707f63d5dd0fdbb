import { readFileSync } from 'node:fs'
import { runFunction } from 'kplug/testing'
import { withEngine } from 'kplug/testing/engine'
import { expect, test } from 'vitest'
import { Predict } from '../../src/functions/Predict.js'

test('predict returns the output of the model', async () => {
  expect(await runFunction(Predict, [20, 40])).toBe(40)
})

test('predict refuses a wrong number of arguments', async () => {
  await expect(runFunction(Predict, [20])).rejects.toThrow('two numbers')
})

const inRule = withEngine(async engine => {
  await engine.install()
  await engine.configure('simulator', 'default', {
    data: [{ temperature: 20, humidity: 40 }],
    interval: 10,
    loop: true,
  })
  const rule = await engine.rule(readFileSync('rules/predict.sql', 'utf8'))
  expect(await rule.rows(1)).toEqual([{ prediction: 40 }])
})

test('predict predicts in a rule', inRule, 60_000)
