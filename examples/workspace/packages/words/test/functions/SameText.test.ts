import { runFunction } from 'kplug/testing'
import { expect, test } from 'vitest'
import { SameText } from '../../src/functions/SameText.js'

test('sameText returns its argument', async () => {
  expect(await runFunction(SameText, ['abc'])).toBe('abc')
})

test('sameText refuses a wrong number of arguments', async () => {
  await expect(runFunction(SameText, [])).rejects.toThrow('one argument')
})
