import { expect, test } from 'vitest'
import { MyFunction } from '../../src/functions/MyFunction.js'

test('myFunction reverses a text', () => {
  const func = new MyFunction()
  expect(func.exec(['abc'])).toBe('cba')
})

test('myFunction refuses a wrong number of arguments', () => {
  const func = new MyFunction()
  expect(() => func.validate?.([])).toThrow('one text')
})
