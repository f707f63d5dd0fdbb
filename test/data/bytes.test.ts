import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytes } from '../../src/data/bytes.js'
import { encodeJson } from '../../src/data/encode.js'

describe('bytes', () => {
  test('survive a round trip through JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array(), array => {
        expect([...bytes(JSON.parse(encodeJson(array)))]).toEqual([...array])
      }),
    )
  })

  test('in any JavaScript type are returned on the same memory', () => {
    const memory = Uint8Array.of(1, 2, 3, 4)
    for (const view of [Buffer.from(memory.buffer), memory, memory.buffer, new DataView(memory.buffer)]) {
      expect(bytes(view).buffer).toBe(memory.buffer)
      expect(bytes(view).toString('hex')).toBe('01020304')
    }
    expect(bytes(memory.subarray(1, 3)).toString('hex')).toBe('0203')
  })

  test.each([
    ['hello world', 'Cannot read bytes from "hello world": it is not base64'],
    ['YQ', 'Cannot read bytes from "YQ": it is not base64'],
    ['YQ==\n', 'Cannot read bytes from "YQ==\\n": it is not base64'],
    ['-_-_', 'Cannot read bytes from "-_-_": it is not base64'],
    ['!'.repeat(30), `Cannot read bytes from "${'!'.repeat(20)}…": it is not base64`],
    [12, 'Cannot read bytes from a value of type number: it must be a base64 string'],
    [null, 'Cannot read bytes from null: it must be a base64 string'],
    [[1, 2], 'Cannot read bytes from a value of type object: it must be a base64 string'],
  ])('cannot be read from %j', (value, message) => {
    expect(() => bytes(value)).toThrow(new TypeError(message))
  })
})
