import { expect, test } from 'vitest'
import { Holdings } from '../../src/runtime/shared.js'

let unique = 0
const freshKey = (): string => `key ${(unique += 1)}`

test('the first opens, the others share, the last closes', async () => {
  const key = freshKey()
  const [one, two] = [new Holdings(), new Holdings()]
  const seen: string[] = []
  const open = () => {
    seen.push('open')
    return { port: 1 }
  }
  const close = () => seen.push('close')
  const first = await one.take(key, open, close)
  expect(await two.take(key, open, close)).toBe(first)
  expect(await two.take(key, open, close)).toBe(first)
  await one.release()
  expect(seen).toEqual(['open'])
  await two.release()
  await two.release()
  expect(seen).toEqual(['open', 'close'])
})

test('two calls at the same time open once', async () => {
  const key = freshKey()
  let opened = 0
  const take = () =>
    new Holdings().take(
      key,
      async () => (opened += 1),
      () => {},
    )
  expect(await Promise.all([take(), take()])).toEqual([1, 1])
})

test('after a failed open, the next call opens again', async () => {
  const key = freshKey()
  const holdings = new Holdings()
  const fail = () => Promise.reject(new Error('port busy'))
  await expect(holdings.take(key, fail, () => {})).rejects.toThrow('port busy')
  expect(
    await holdings.take(
      key,
      () => 'open',
      () => {},
    ),
  ).toBe('open')
  await holdings.release()
})
