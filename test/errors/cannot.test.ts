import * as fs from 'node:fs'
import { expect, test } from 'vitest'
import { attempt, cannot } from '../../src/errors/cannot.js'

const caught = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return error
  }
}

test('a refusal of the system becomes a sentence with its cause', () => {
  const error = caught(() => fs.readFileSync('/no/such/file'))
  const usage = cannot('read the list', error)
  expect(usage).toMatchObject({ name: 'UsageError', message: 'Cannot read the list: it does not exist' })
  expect(usage).toHaveProperty('cause', error)
})

test.each([new SyntaxError('bad'), 'a text', undefined])('any other error stays: %s', error => {
  expect(cannot('read the list', error)).toBe(error)
})

test('an attempt returns the result, or fails in a sentence', () => {
  expect(attempt('read the list', () => 1)).toBe(1)
  expect(() => attempt('read the list', () => fs.readFileSync('/no/such/file'))).toThrow(
    'Cannot read the list: it does not exist',
  )
})
