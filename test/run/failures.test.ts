import { expect, test } from 'vitest'
import { Failures } from '../../src/run/failures.js'

function printed(act: (failures: Failures) => void): string {
  let text = ''
  const failures = new Failures(more => {
    text += more
  })
  act(failures)
  failures.finish()
  return text
}

test('equal errors are shown three times, and then counted', () => {
  const text = printed(failures => {
    for (let line = 1; line <= 1000; line += 1) failures.add('no good\n    at A.ts:1:1', `Line ${line}: `)
  })
  expect(text.match(/no good\n {4}at/g)).toHaveLength(3)
  expect(text.endsWith('Line 1000: no good (997 more like this)\n')).toBe(true)
})

test('different errors are all shown', () => {
  const text = printed(failures => {
    for (let value = 0; value < 2000; value += 1) failures.add(`bad ${value}`, '')
  })
  expect(text.trimEnd().split('\n')).toHaveLength(2000)
})
