import { readFileSync } from 'node:fs'
import { runFunction } from 'kplug/testing'
import { withEngine } from 'kplug/testing/engine'
import { expect, test } from 'vitest'
import { MyFunction } from '../../src/functions/MyFunction.js'

test('myFunction returns the output of the model', async () => {
  expect(await runFunction(MyFunction, [20, 40])).toBe(40)
})

test('myFunction refuses a wrong number of arguments', async () => {
  await expect(runFunction(MyFunction, [20])).rejects.toThrow('two numbers')
})

const inRule = withEngine(async engine => {
  await engine.install()
  await engine.configure('simulator', 'default', {
    data: [{ temperature: 20, humidity: 40 }],
    interval: 10,
    loop: true,
  })
  const rule = await engine.rule(readFileSync('rules/myFunction.sql', 'utf8'))
  expect(await rule.rows(1)).toEqual([{ prediction: 40 }])
})

test('myFunction predicts in a rule', inRule, 60_000)
