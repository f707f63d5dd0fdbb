import type { FunctionContext } from 'kplug'
import { expect, test } from 'vitest'
import { MyFunction } from '../../src/functions/MyFunction.js'

test('myFunction reverses a text', () => {
  const func = MyFunction
  expect(func.exec(['abc'], {} as FunctionContext)).toBe('cba')
})

test('myFunction refuses a wrong number of arguments', () => {
  const func = MyFunction
  expect(() => func.validate?.([])).toThrow('one text')
})
