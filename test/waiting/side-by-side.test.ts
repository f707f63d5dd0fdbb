import { expect, test } from 'vitest'
import { sideBySide } from '../../src/waiting/side-by-side.js'

test('results have the order of the items, whatever finishes first', async () => {
  const releases = new Map<number, () => void>()
  const all = sideBySide([1, 2, 3], 3, async item => {
    await new Promise<void>(resolve => releases.set(item, resolve))
    return item * 10
  })
  for (const item of [3, 1, 2]) releases.get(item)?.()
  expect(await all).toEqual([10, 20, 30])
})

test('no more than the limit run at once, and every item runs once', async () => {
  let running = 0
  let most = 0
  const items = Array.from({ length: 20 }, (_, index) => index)
  const results = await sideBySide(items, 4, async item => {
    running += 1
    most = Math.max(most, running)
    await new Promise(setImmediate)
    running -= 1
    return item
  })
  expect([most, results]).toEqual([4, items])
})

test('a failure rejects, and nothing new starts', async () => {
  const started: number[] = []
  const all = sideBySide([1, 2, 3], 1, async item => {
    started.push(item)
    if (item === 2) throw new Error('two')
  })
  await expect(all).rejects.toThrow('two')
  expect(started).toEqual([1, 2])
})

test('no items need no work', async () => {
  expect(await sideBySide([], 4, async () => 1)).toEqual([])
})
