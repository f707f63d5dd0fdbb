import { expect, test } from 'vitest'
import { Batch } from '../../src/sp/batch.js'
import { encodeFrame } from '../../src/sp/frame.js'

test('a batch is its frames, one after the other', () => {
  const batch = new Batch(64)
  batch.add('a')
  batch.add(Buffer.from('bc'))
  expect(batch.length).toBe(21)
  expect(batch.take().toString('hex')).toBe('010000000000000001610100000000000000026263')
  expect(batch.length).toBe(0)
})

test('a taken batch stays unchanged while more is gathered', () => {
  const batch = new Batch(16)
  for (const text of ['first', 'second', 'third', 'a fourth that outgrows the room', 'fifth', 'sixth']) {
    batch.add(text)
    const taken = batch.take()
    batch.add('x'.repeat(7))
    expect(taken).toEqual(encodeFrame(text))
    expect(batch.take()).toEqual(encodeFrame('x'.repeat(7)))
  }
})

test('a batch that outgrew its buffer releases the memory', () => {
  // Node takes smaller buffers out of a shared one, whose size depends on its version.
  const room = Buffer.poolSize
  const batch = new Batch(room)
  for (const text of ['x'.repeat(10 * room), 'x'.repeat(10 * room)]) {
    batch.add(text)
    batch.take()
  }
  const held = ['a', 'b'].map(text => {
    batch.add(text)
    return batch.take().buffer.byteLength
  })
  expect(Math.max(...held)).toBeLessThan(2 * room)
})

test('a batch that outgrows its room loses nothing', () => {
  const texts = Array.from({ length: 100 }, (_, n) => '€'.repeat(n))
  const batch = new Batch(16)
  for (const text of texts) batch.add(text)
  expect(batch.take()).toEqual(Buffer.concat(texts.map(encodeFrame)))
})
