import { runFunction } from 'kplug/testing'
import { expect, test } from 'vitest'
import { MyFunction } from '../../src/functions/MyFunction.js'

test('myFunction returns what the script computes', async () => {
  expect(await runFunction(MyFunction, ['hello world'])).toBe('Hello World')
})

test('myFunction fails with what the script raises', async () => {
  await expect(runFunction(MyFunction, [5])).rejects.toThrow("'int' object has no attribute 'title'")
})
