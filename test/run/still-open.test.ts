import { expect, test } from 'vitest'
import { stillOpen } from '../../src/run/still-open.js'

test.each([
  [['PipeWrap'], ['PipeWrap', 'Timeout'], 'a timer'],
  [[], ['Timeout', 'Timeout', 'TCPSocketWrap'], 'a timer (2 times), a TCP connection'],
  [['PipeWrap', 'PipeWrap'], ['PipeWrap', 'NewWrap'], 'NewWrap'],
  [['PipeWrap'], [], 'something'],
])('of %j before and %j after, what is still open is %s', (before, after, words) => {
  expect(stillOpen(before, after)).toBe(words)
})
