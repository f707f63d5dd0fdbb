import { readFileSync } from 'node:fs'
import { runFunction } from 'kplug/testing'
import { withEngine } from 'kplug/testing/engine'
import { expect, test } from 'vitest'
import { MyFunction } from '../../src/functions/MyFunction.js'

test('myFunction returns what the script computes', async () => {
  expect(await runFunction(MyFunction, ['hello world'])).toBe('Hello World')
})

test('myFunction fails with what the script raises', async () => {
  await expect(runFunction(MyFunction, [5])).rejects.toThrow("'int' object has no attribute 'title'")
})

const inRule = withEngine(async engine => {
  await engine.install()
  const rule = await engine.rule(readFileSync('rules/myFunction.sql', 'utf8'))
  expect(await rule.rows(1)).toEqual([{ text: 'Hello World' }])
})

test('myFunction calls the script in a rule', inRule, 60_000)
