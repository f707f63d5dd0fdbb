import { expect, test } from 'vitest'
import { withPatience } from '../../src/load/patience.js'
import { queueTime } from '../../src/process/queue-time.js'

const late = (): string => 'late'

test('the time in which a process waits for a processor does not count', async () => {
  let answer = (_text: string): void => {}
  const work = new Promise<string>(resolve => {
    answer = resolve
  })
  let asked = 0
  // It got no processor until it is asked for the third time.
  const queued = (): number => {
    asked += 1
    if (asked === 3) answer('here')
    return asked * 1000
  }
  expect(await withPatience(1, queued, work, late)).toBe('here')
})

test('a process that had a processor is late after the limit, and one that never gets one at last', async () => {
  const never = new Promise<string>(() => {})
  expect(await withPatience(1, () => 0, never, late)).toBe('late')
  let time = 0
  expect(await withPatience(1, () => (time += 1000), never, late)).toBe('late')
})

test('a failure is the answer', async () => {
  const failed = Promise.reject(new Error('it died'))
  await expect(withPatience(1000, () => 0, failed, late)).rejects.toThrow('it died')
})

test('a process that is not there waited for nothing', () => {
  expect(queueTime(undefined)).toBe(0)
  expect(queueTime(2 ** 30)).toBe(0)
  expect(queueTime(process.pid)).toBeGreaterThanOrEqual(0)
})
