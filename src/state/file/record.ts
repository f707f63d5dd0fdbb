import { crc32 } from 'node:zlib'
import type { Pieces } from './pieces.js'

// Record: "kp" crc(u32, of all that follows head, from the salt on) head(u32) length(u32, of what follows) kind(u8)
//         keyLength(u32) key body
// `head` verifies length, kind and keyLength, so that bytes which are no record are rejected without reading further.
// Version 1 had no head.

export const recordMark = 0x706b
export const lengthAt = 10
export const kindAt = 14
/** The bytes of a record besides its key and body. */
export const recordOverhead = 19

export const recordKind = {
  /** Body: empty. */
  delete: 0,
  /** Body: the count (f64), not the amount: a record that is read twice counts once. */
  counter: 1,
  /** Body: the bytes of a value. */
  value: 2,
  /** Body: an offset (f64). The bytes before it were on the disk before this record was written. The key is empty. */
  synced: 3,
} as const

/** How the records of one journal are verified. */
export interface Format {
  version: number
  salt: number
}

export interface RecordHead {
  kind: number
  keyLength: number
  /** The offset after the record. */
  end: number
}

export interface Record {
  kind: number
  key: string
  /** Valid until the next read. */
  body: Buffer
  end: number
}

/** Changes with each of the three numbers, since every step can be reversed. */
export const headCheck = (salt: number, length: number, kind: number, keyLength: number): number =>
  mix(mix(mix(salt, length), kind), keyLength) >>> 0

function mix(sum: number, part: number): number {
  const product = Math.imul(sum ^ part, 0x9e3779b1)
  return product ^ (product >>> 15)
}

const fieldShift = ({ version }: Format): number => (version === 1 ? -4 : 0)

/** The head of the record at `offset`, if it is sound and the record can be complete. */
export function readHead(pieces: Pieces, offset: number, format: Format): RecordHead | undefined {
  const shift = fieldShift(format)
  if (offset + recordOverhead + shift > pieces.size) return undefined
  const at = pieces.load(offset, recordOverhead + shift)
  const { bytes } = pieces
  if (bytes.readUInt16LE(at) !== recordMark) return undefined
  const length = bytes.readUInt32LE(at + lengthAt + shift)
  const kind = bytes.readUInt8(at + kindAt + shift)
  const keyLength = bytes.readUInt32LE(at + kindAt + 1 + shift)
  const end = offset + kindAt + shift + length
  if (end > pieces.size || offset + recordOverhead + shift + keyLength > end) return undefined
  const known = shift !== 0 || bytes.readUInt32LE(at + 6) === headCheck(format.salt, length, kind, keyLength)
  return known ? { kind, keyLength, end } : undefined
}

/** The record at `offset`, if it is complete and sound. */
export function readRecord(pieces: Pieces, offset: number, format: Format): Record | undefined {
  const head = readHead(pieces, offset, format)
  return head && readBody(pieces, offset, head, format)
}

export function readBody(
  pieces: Pieces,
  offset: number,
  { kind, keyLength, end }: RecordHead,
  format: Format,
): Record | undefined {
  const at = pieces.load(offset, end - offset)
  const { bytes } = pieces
  const shift = fieldShift(format)
  const last = at + end - offset
  if (crc32(bytes.subarray(at + lengthAt + shift, last), format.salt) !== bytes.readUInt32LE(at + 2))
    return undefined
  const keyAt = at + recordOverhead + shift
  const bodyAt = keyAt + keyLength
  return { kind, key: bytes.toString('utf8', keyAt, bodyAt), body: bytes.subarray(bodyAt, last), end }
}
