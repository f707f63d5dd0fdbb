import { crc32 } from 'node:zlib'

// A journal is a header and records. All numbers are little-endian.
// Header: "kplugst" version(u8) salt(u32) base(u32) baseEnd(f64) crc(u32, of the bytes before it)
// Version 1 had no base: "kplugst" 1 salt(u32) crc(u32).
// The salt differs between journals, so that a value which contains a piece of another journal is never read as records.
const magic = 'kplugst'
const newest = 2
const sizes: Record<number, number> = { 1: 16, 2: 28 }
export const headerSize = 28

/** A journal adds its records to those of another one, up to a byte of it. */
export interface Base {
  number: number
  end: number
}

export interface Header {
  version: number
  salt: number
  base: Base | undefined
  size: number
}

export function encodeHeader(salt: number, base: Base = { number: 0, end: 0 }): Buffer {
  const header = Buffer.alloc(headerSize)
  header.write(magic, 'latin1')
  header.writeUInt8(newest, 7)
  header.writeUInt32LE(salt, 8)
  header.writeUInt32LE(base.number, 12)
  header.writeDoubleLE(base.end, 16)
  header.writeUInt32LE(crc32(header.subarray(0, 24)), 24)
  return header
}

/** Reads the first bytes of a journal, or throws what is wrong with it. */
export function readHeader(bytes: Buffer): Header {
  if (bytes.length === 0) throw new Error(`is empty: ${restore}`)
  if (bytes.toString('latin1', 0, 7) !== magic) throw new Error('is not a journal of kplug: move it away')
  const version = bytes[7] ?? 0
  if (version > newest) {
    throw new Error(
      `was written by a newer kplug (format ${version}; this one reads up to ${newest}): update kplug`,
    )
  }
  const size = sizes[version]
  if (size === undefined || bytes.length < size || !isSound(bytes, size)) throw new Error(damagedAt(0))
  return { version, salt: bytes.readUInt32LE(8), base: version > 1 ? baseIn(bytes) : undefined, size }
}

const isSound = (bytes: Buffer, size: number): boolean =>
  bytes.readUInt32LE(size - 4) === crc32(bytes.subarray(0, size - 4))

function baseIn(bytes: Buffer): Base | undefined {
  const end = bytes.readDoubleLE(16)
  return end === 0 ? undefined : { number: bytes.readUInt32LE(12), end }
}

export const restore = 'restore the folder from a copy, or move the folder away to begin without state'

export const damagedAt = (offset: number): string => `is damaged at byte ${offset}: ${restore}`
