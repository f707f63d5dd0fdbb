import { crc32 } from 'node:zlib'
import { withRoom } from '../room.js'
import { headCheck, kindAt, lengthAt, recordKind, recordMark, recordOverhead } from './record.js'

const firstSize = 4096
const keptSize = 1024 * 1024

/** Records on their way into a journal, in one buffer that grows when needed. */
export class RecordBuffer {
  #bytes = Buffer.allocUnsafeSlow(firstSize)
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

  /** Forgets the records, and frees the memory of a very large one. */
  clear(): void {
    this.#length = 0
    if (this.#bytes.length > keptSize) this.#bytes = Buffer.allocUnsafeSlow(firstSize)
  }

  counter(key: string, count: number): void {
    const start = this.#begin(key, 8)
    this.#length = this.#bytes.writeDoubleLE(count, this.#length)
    this.#finish(start, recordKind.counter, 8)
  }

  /** A value: its bytes, or a text with one character for each byte. */
  value(key: string, value: Buffer | string): void {
    const start = this.#begin(key, value.length)
    if (typeof value === 'string') this.#bytes.write(value, this.#length, 'latin1')
    else value.copy(this.#bytes, this.#length)
    this.#length += value.length
    this.#finish(start, recordKind.value, value.length)
  }

  delete(key: string): void {
    this.#finish(this.#begin(key, 0), recordKind.delete, 0)
  }

  synced(offset: number): void {
    const start = this.#begin('', 8)
    this.#length = this.#bytes.writeDoubleLE(offset, this.#length)
    this.#finish(start, recordKind.synced, 8)
  }

  #begin(key: string, bodyLength: number): number {
    const start = this.#length
    // A UTF-16 unit takes at most three bytes of UTF-8.
    this.#reserve(recordOverhead + key.length * 3 + bodyLength)
    this.#length += recordOverhead + this.#bytes.write(key, start + recordOverhead)
    return start
  }

  #finish(start: number, kind: number, bodyLength: number): void {
    const bytes = this.#bytes
    const length = this.#length - start - kindAt
    const keyLength = this.#length - bodyLength - recordOverhead - start
    bytes.writeUInt16LE(recordMark, start)
    bytes.writeUInt32LE(headCheck(this.#salt, length, kind, keyLength), start + 6)
    bytes.writeUInt32LE(length, start + lengthAt)
    bytes.writeUInt8(kind, start + kindAt)
    bytes.writeUInt32LE(keyLength, start + kindAt + 1)
    bytes.writeUInt32LE(crc32(bytes.subarray(start + lengthAt, this.#length), this.#salt), start + 2)
  }

  #reserve(size: number): void {
    this.#bytes = withRoom(this.#bytes, this.#length, size)
  }
}
