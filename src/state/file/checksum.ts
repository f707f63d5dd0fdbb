import { crc32 } from 'node:zlib'

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1
  return rest
})

// Measured: the call into zlib costs what the loop needs for 100 bytes, and most records are shorter.
const LOOP_LIMIT = 100

/** CRC-32 (as in zip) of `bytes` from `start` to `end`, going on from `seed`. */
export function checksum(bytes: Buffer, start: number, end: number, seed: number): number {
  if (end - start > LOOP_LIMIT) return crc32(bytes.subarray(start, end), seed)
  let rest = ~seed
  for (let index = start; index < end; index += 1) {
    // Both lookups are in range, and the conversion of "undefined" to a number would cost nothing: it never happens.
    rest = (TABLE[(rest ^ (bytes[index] ?? 0)) & 0xff] ?? 0) ^ (rest >>> 8)
  }
  return ~rest >>> 0
}
