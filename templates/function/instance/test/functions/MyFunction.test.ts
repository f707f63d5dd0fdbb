import { runFunction } from 'kplug/testing'
import { expect, test } from 'vitest'
import { MyFunction } from '../../src/functions/MyFunction.js'

test('myFunction returns its argument', async () => {
  expect(await runFunction(MyFunction, ['abc'])).toBe('abc')
})

test('myFunction refuses a wrong number of arguments', async () => {
  await expect(runFunction(MyFunction, [])).rejects.toThrow('one argument')
})
