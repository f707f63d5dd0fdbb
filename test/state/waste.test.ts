import { expect, test } from 'vitest'
import { isFull, isWasteful, type Sizes } from '../../src/state/file/waste.js'

const megabyte = 1024 * 1024
const sizes = (live: number, journals: number, rest: Partial<Sizes> = {}): Sizes => ({
  live: live * megabyte,
  journals: journals * megabyte,
  older: 0,
  compactAt: 16 * megabyte,
  ...rest,
})

test.each([
  ['small journals, whatever they waste', sizes(0, 16), false],
  ['four times the live bytes', sizes(8, 32), false],
  ['more than that', sizes(8, 33), true],
  ['as much waste as is live, and 256 MB', sizes(1000, 2256), false],
  ['more waste than that', sizes(1000, 2257), true],
  ['journals of many starts', sizes(16, 17, { older: 9 }), true],
])('whether a compaction is due for %s', (_what, given, due) => {
  expect(isWasteful(given)).toBe(due)
})

test('changes wait for a compaction once the journals have grown by 128 MB, or four times, beyond its start', () => {
  expect([64, 65].map(journals => isFull(sizes(4, journals)))).toEqual([false, true])
  expect([528, 529].map(journals => isFull(sizes(100, journals)))).toEqual([false, true])
})
