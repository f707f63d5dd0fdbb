import { readFileSync } from 'node:fs'
import { runFunction } from 'kplug/testing'
import { withEngine } from 'kplug/testing/engine'
import { expect, test } from 'vitest'
import { TitleCase } from '../../src/functions/TitleCase.js'

test('titleCase returns what the script computes', async () => {
  expect(await runFunction(TitleCase, ['hello world'])).toBe('Hello World')
})

test('titleCase fails with what the script raises', async () => {
  await expect(runFunction(TitleCase, [5])).rejects.toThrow("'int' object has no attribute 'title'")
})

const inRule = withEngine(async engine => {
  await engine.install()
  const rule = await engine.rule(readFileSync('rules/titleCase.sql', 'utf8'))
  expect(await rule.rows(1)).toEqual([{ text: 'Hello World' }])
})

test('titleCase calls the script in a rule', inRule, 60_000)
