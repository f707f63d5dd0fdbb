import { expect, test } from 'vitest'
import { decodeReply, encodeRequest, firstRequestId, nextRequestId } from '../../src/sp/request.js'

test('a request is a frame that holds an id and a payload', () => {
  expect(encodeRequest(0x80000001, 'ok').toString('hex')).toBe('010000000000000006800000016f6b')
  expect(encodeRequest(0xffffffff, Buffer.alloc(0)).toString('hex')).toBe('010000000000000004ffffffff')
})

test('a request is written to the scratch buffer if it fits', () => {
  const scratch = Buffer.alloc(15)
  expect(encodeRequest(0x80000001, 'ok', scratch).buffer).toBe(scratch.buffer)
  const larger = encodeRequest(0x80000001, 'ok!', scratch)
  expect(larger.buffer).not.toBe(scratch.buffer)
  expect(larger.toString('hex')).toBe('010000000000000007800000016f6b21')
})

test.each([
  [0x80000000, 0x80000001],
  [0xfffffffe, 0xffffffff],
  [0xffffffff, 0x80000000],
])('the id after %i is %i', (id, next) => {
  expect(nextRequestId(id)).toBe(next)
})

test('the first id has its top bit set', () => {
  for (let n = 0; n < 1000; n += 1) {
    const id = firstRequestId()
    expect(id).toBeGreaterThanOrEqual(0x80000000)
    expect(id).toBeLessThanOrEqual(0xffffffff)
  }
})

test.each([
  ['the reply', '800000016f6b', '6f6b'],
  ['an empty reply', '80000001', ''],
  ['a reply to another request', '800000026f6b', undefined],
  ['a message too short for an id', '800000', undefined],
  ['an empty message', '', undefined],
])('%s is recognized by its id', (_what, message, reply) => {
  expect(decodeReply(Buffer.from(message, 'hex'), 0x80000001)?.toString('hex')).toBe(reply)
})
