import { crc32 } from 'node:zlib'

/** The CRC-32 (as in zip) of `bytes` from `start` to `end`, continued from `seed`. */
export const checksum = (bytes: Buffer, start: number, end: number, seed: number): number =>
  crc32(bytes.subarray(start, end), seed)
