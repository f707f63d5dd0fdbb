import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { aborted, onAbort, sleep, Waits } from '../../src/waiting/abort.js'
import { within } from '../../src/waiting/within.js'

const never = new Promise<string>(() => {})
const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

test('onAbort calls back once, at once for a signal that has aborted, and not after its end', () => {
  const calls: string[] = []
  const controller = new AbortController()
  const end = onAbort(controller.signal, () => calls.push('ended'))
  onAbort(controller.signal, () => calls.push('waits'))
  end()
  controller.abort()
  onAbort(controller.signal, () => calls.push('late'))
  expect(calls).toEqual(['waits', 'late'])
})

test('sleep and aborted resolve when the signal aborts, also if it has', async () => {
  const controller = new AbortController()
  const all = [sleep(1e9, controller.signal), aborted(controller.signal)]
  controller.abort()
  all.push(sleep(1e9, controller.signal), aborted(controller.signal))
  expect(await Promise.all(all)).toEqual([undefined, undefined, undefined, undefined])
})

test('a sleep that is over leaves no listener', async () => {
  const { signal } = new AbortController()
  for (let n = 0; n < 3; n++) await sleep(1, signal)
  expect(listeners(signal)).toBe(0)
})

test('waits share one listener, and end with the signal', async () => {
  const controller = new AbortController()
  const waits = new Waits(controller.signal)
  expect(await waits.until(Promise.resolve('done'))).toBe('done')
  await expect(waits.until(Promise.reject(new Error('no')))).rejects.toThrow('no')
  const hanging = [waits.until(never), waits.until(never)]
  expect(listeners(controller.signal)).toBe(1)
  controller.abort()
  expect(await Promise.all([...hanging, waits.until(never)])).toEqual([undefined, undefined, undefined])
})

test('within takes the value, the error, or the stand-in after its limit', async () => {
  expect(await within(1e6, Promise.resolve('in time'), () => 'late')).toBe('in time')
  await expect(within(1e6, Promise.reject(new Error('no')), () => 'late')).rejects.toThrow('no')
  expect(await within(1, never, () => 'late')).toBe('late')
  expect(await within(0, Promise.resolve('no limit'), () => 'late')).toBe('no limit')
})
