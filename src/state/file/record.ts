import { checksum } from './checksum.js'

// A journal is a header and records, all numbers little-endian.
// Header: "kplugst" version(u8) salt(u32) crc(u32, of the 12 bytes before it)
// Record: "kp" crc(u32, of all that follows, from the salt on) length(u32, of what follows) kind(u8) keyLength(u32) key body
// The salt is each journal's own, so that a value which holds a piece of another journal is never read as a record.
const MAGIC = 'kplugst'
const VERSION = 1
export const HEADER_SIZE = 16

const RECORD_MARK = 0x706b
const LENGTH_AT = 6
const KIND_AT = 10
/** What a record takes besides its key and body. */
export const RECORD_OVERHEAD = 15

export const KIND = {
  /** Body: empty. */
  DELETE: 0,
  /** Body: the count (f64), not what was added: read twice, it still counts once. */
  COUNTER: 1,
  /** Body: a value's bytes. */
  VALUE: 2,
  /** Body: an offset (f64). All before it was on disk when this was written. Its key is empty. */
  SYNCED: 3,
} as const

export interface Record {
  kind: number
  key: string
  body: Buffer
  /** The offset after the record. */
  end: number
}

export function encodeHeader(salt: number): Buffer {
  const header = Buffer.alloc(HEADER_SIZE)
  header.write(MAGIC, 'latin1')
  header.writeUInt8(VERSION, 7)
  header.writeUInt32LE(salt, 8)
  header.writeUInt32LE(checksum(header, 0, 12, 0), 12)
  return header
}

/** The salt, or why there is none. */
export function readHeader(bytes: Buffer): { salt: number } | { refusal: string } {
  if (bytes.toString('latin1', 0, 7) !== MAGIC) return { refusal: 'is not a journal of kplug: move it away' }
  const version = bytes.readUInt8(7)
  if (version > VERSION) {
    return {
      refusal: `was written by a newer kplug (format ${version}; this one reads ${VERSION}): update kplug`,
    }
  }
  if (version !== VERSION || bytes.readUInt32LE(12) !== checksum(bytes, 0, 12, 0))
    return { refusal: damagedAt(0) }
  return { salt: bytes.readUInt32LE(8) }
}

export const damagedAt = (offset: number): string =>
  `is damaged at byte ${offset}: restore it from a copy, or move it away to begin without state`

/** The record at `offset`, if a whole and sound one is there. */
export function readRecord(bytes: Buffer, offset: number, salt: number): Record | undefined {
  const payload = offset + KIND_AT
  if (offset + RECORD_OVERHEAD > bytes.length || bytes.readUInt16LE(offset) !== RECORD_MARK) return undefined
  const end = payload + bytes.readUInt32LE(offset + LENGTH_AT)
  const keyEnd = offset + RECORD_OVERHEAD + bytes.readUInt32LE(payload + 1)
  if (end > bytes.length || keyEnd > end) return undefined
  if (checksum(bytes, offset + LENGTH_AT, end, salt) !== bytes.readUInt32LE(offset + 2)) return undefined
  const key = bytes.toString('utf8', offset + RECORD_OVERHEAD, keyEnd)
  return { kind: bytes.readUInt8(payload), key, body: bytes.subarray(keyEnd, end), end }
}

/** Records on their way into a journal, in one buffer that is made once and grows where it must. */
export class RecordBuffer {
  #bytes = Buffer.allocUnsafeSlow(4096)
  #length = 0
  readonly #salt: number

  constructor(salt: number) {
    this.#salt = salt
  }

  get bytes(): Buffer {
    return this.#bytes
  }

  get length(): number {
    return this.#length
  }

  /** Forgets the records, and the memory of a very large one. */
  clear(): void {
    this.#length = 0
    if (this.#bytes.length > 1024 * 1024) this.#bytes = Buffer.allocUnsafeSlow(4096)
  }

  counter(key: string, count: number): void {
    const start = this.#begin(KIND.COUNTER, key, 8)
    this.#length = this.#bytes.writeDoubleLE(count, this.#length)
    this.#finish(start)
  }

  /** A value: its bytes, or the same as a text of one character for each byte. */
  value(key: string, value: Buffer | string): void {
    const start = this.#begin(KIND.VALUE, key, value.length)
    if (typeof value === 'string') this.#bytes.write(value, this.#length, 'latin1')
    else value.copy(this.#bytes, this.#length)
    this.#length += value.length
    this.#finish(start)
  }

  delete(key: string): void {
    this.#finish(this.#begin(KIND.DELETE, key, 0))
  }

  synced(offset: number): void {
    const start = this.#begin(KIND.SYNCED, '', 8)
    this.#length = this.#bytes.writeDoubleLE(offset, this.#length)
    this.#finish(start)
  }

  #begin(kind: number, key: string, bodyLength: number): number {
    const start = this.#length
    // No UTF-16 unit takes more than three bytes of UTF-8.
    this.#reserve(RECORD_OVERHEAD + key.length * 3 + bodyLength)
    const keyLength = this.#bytes.write(key, start + RECORD_OVERHEAD)
    this.#bytes.writeUInt16LE(RECORD_MARK, start)
    this.#bytes.writeUInt8(kind, start + KIND_AT)
    this.#bytes.writeUInt32LE(keyLength, start + KIND_AT + 1)
    this.#length += RECORD_OVERHEAD + keyLength
    return start
  }

  #finish(start: number): void {
    this.#bytes.writeUInt32LE(this.#length - start - KIND_AT, start + LENGTH_AT)
    this.#bytes.writeUInt32LE(checksum(this.#bytes, start + LENGTH_AT, this.#length, this.#salt), start + 2)
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + size))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}
