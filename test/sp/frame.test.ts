import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeFrame, FrameReader, payloadFits, writeFrameHeader } from '../../src/sp/frame.js'

test.each([
  ['a text', 'ok', '0100000000000000026f6b'],
  ['an empty payload', '', '010000000000000000'],
  ['a text beyond ASCII', 'é€', '010000000000000005c3a9e282ac'],
  ['bytes', Buffer.from('00ff', 'hex'), '01000000000000000200ff'],
])('the frame of %s is 1, its length, its payload', (_what, payload, hex) => {
  expect(encodeFrame(payload).toString('hex')).toBe(hex)
})

test('a length is a 64 bit number', () => {
  const header = Buffer.alloc(9)
  writeFrameHeader(header, 0, 0x1_0203_0405)
  expect(header.toString('hex')).toBe('010000000102030405')
})

test.each([
  ['abc', 3, true],
  ['abc', 2, false],
  ['€', 3, true],
  ['€', 2, false],
  [Buffer.alloc(5), 5, true],
  [Buffer.alloc(5), 4, false],
  ['', 0, true],
])('whether "%s" fits in %i bytes is %s', (payload, room, fits) => {
  expect(payloadFits(payload, room)).toBe(fits)
})

/** All messages of a stream that arrives in these chunks, each of which is overwritten before the next one comes. */
function readAll(chunks: Iterable<Buffer>, limit?: number): string[] {
  const reader = new FrameReader(limit)
  const shared = Buffer.alloc(70_000)
  const messages: string[] = []
  for (const chunk of chunks) {
    shared.fill(0xee)
    chunk.copy(shared, 3)
    reader.feed(shared, 3, 3 + chunk.length)
    for (let m = reader.next(); m !== undefined; m = reader.next()) messages.push(m.toString('latin1'))
  }
  expect(reader.insideFrame).toBe(false)
  return messages
}

function* cut(stream: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < stream.length; at += size) yield stream.subarray(at, at + size)
}

test('messages survive any cut of the stream', () => {
  const messages = ['one', '', 'a longer one', '', 'x'.repeat(40), 'end']
  const stream = Buffer.concat(messages.map(encodeFrame))
  for (let size = 1; size <= stream.length; size += 1) expect(readAll(cut(stream, size))).toEqual(messages)
})

test('any messages survive any cuts', () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 })
  fc.assert(
    fc.property(payloads, fc.infiniteStream(fc.integer({ min: 1, max: 120 })), (sent, sizes) => {
      const buffers = sent.map(bytes => Buffer.from(bytes))
      const stream = Buffer.concat(buffers.map(encodeFrame))
      const chunks: Buffer[] = []
      for (let at = 0; at < stream.length; at += chunks.at(-1)?.length ?? 0) {
        chunks.push(stream.subarray(at, at + Number(sizes.next().value)))
      }
      expect(readAll(chunks)).toEqual(buffers.map(bytes => bytes.toString('latin1')))
    }),
  )
})

test('a message within one chunk is a view of the chunk', () => {
  const chunk = encodeFrame('seen')
  const reader = new FrameReader()
  reader.feed(chunk)
  expect(reader.next()?.buffer).toBe(chunk.buffer)
})

test('a reader that stops finds the rest later', () => {
  const reader = new FrameReader()
  reader.feed(Buffer.concat(['a', 'b', 'c'].map(encodeFrame)))
  expect(reader.next()?.toString()).toBe('a')
  expect(reader.next()?.toString()).toBe('b')
  expect(reader.next()?.toString()).toBe('c')
  expect(reader.next()).toBeUndefined()
  expect(reader.next()).toBeUndefined()
})

test.each([1, 8, 9, 10])('a stream that ends after %i bytes of a frame stands inside it', count => {
  const reader = new FrameReader()
  reader.feed(encodeFrame('ok').subarray(0, count))
  expect(reader.next()).toBeUndefined()
  expect(reader.insideFrame).toBe(true)
})

test.each(['00', '02', 'ff'])('a frame of type %s is refused', type => {
  const message = `Cannot read frame of type ${Number.parseInt(type, 16)}: the only type is 1`
  for (const size of [1, 9]) {
    expect(() => readAll(cut(Buffer.from(`${type}0000000000000000`, 'hex'), size))).toThrow(message)
  }
})

test.each([
  ['0000000000000047', '71'],
  ['0000000100000000', '4294967296'],
  ['ffffffffffffffff', '18446744073709552000'],
])('a length of %s is refused before anything is allocated', (length, number) => {
  const message = `Cannot read frame of ${number} bytes: the limit is 70`
  for (const size of [1, 9])
    expect(() => readAll(cut(Buffer.from(`01${length}`, 'hex'), size), 70)).toThrow(message)
})

test('a frame beyond the limit is skipped, however the stream is cut', () => {
  const stream = Buffer.concat(['one', 'x'.repeat(40), 'y'.repeat(11), 'two'].map(encodeFrame))
  for (let size = 1; size <= stream.length; size += 1) {
    const skipped: string[] = []
    const reader = new FrameReader(10, ({ message }) => skipped.push(message))
    const messages: string[] = []
    for (const chunk of cut(stream, size)) {
      reader.feed(chunk)
      for (let m = reader.next(); m !== undefined; m = reader.next()) messages.push(m.toString())
    }
    expect(messages).toEqual(['one', 'two'])
    expect(skipped).toEqual([40, 11].map(length => `Cannot read frame of ${length} bytes: the limit is 10`))
    expect(reader.insideFrame).toBe(false)
  }
})

test('what may be no frame is not skipped', () => {
  const header = Buffer.alloc(9)
  writeFrameHeader(header, 0, 2 ** 32 + 1)
  const reader = new FrameReader(10, () => {})
  reader.feed(header)
  expect(() => reader.next()).toThrow('Cannot read frame of 4294967297 bytes: the limit is 10')
})

test('a frame as long as the limit is read', () => {
  expect(readAll([encodeFrame('x'.repeat(70))], 70)).toEqual(['x'.repeat(70)])
})
