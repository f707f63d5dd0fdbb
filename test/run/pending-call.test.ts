import { expect, onTestFinished, test } from 'vitest'
import { PendingCall } from '../../src/run/pending-call.js'

function pendingCall(limit?: number): PendingCall {
  const call = new PendingCall(limit)
  onTestFinished(() => call.close())
  return call
}

const never = new Promise<never>(() => {})

test('a call settles as its promise does', async () => {
  const call = pendingCall()
  expect(await call.until(Promise.resolve(1))).toBe(1)
  await expect(call.until(Promise.reject(new Error('no good')))).rejects.toThrow('no good')
})

test('a call that never settles can be abandoned, once', async () => {
  const call = pendingCall()
  const waiting = call.until(never)
  expect(call.giveUp('enough')).toBe(true)
  expect(call.giveUp('enough')).toBe(false)
  await expect(waiting).rejects.toThrow('enough')
})

test('a call that takes too long fails', async () => {
  const alive = setInterval(() => {}, 1000)
  onTestFinished(() => clearInterval(alive))
  await expect(pendingCall(30).until(never)).rejects.toThrow('the call did not end within 0.03 s')
})
