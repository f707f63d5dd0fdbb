import { crc32 } from 'node:zlib'
import { withRoom } from '../room.js'
import type { Kept } from './live.js'
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

  /** What a key holds from now on. `undefined` deletes it. */
  entry(key: string, kept: Kept | undefined): void {
    if (kept === undefined) this.#add(recordKind.delete, key, '')
    else this.#add(typeof kept === 'number' ? recordKind.counter : recordKind.value, key, kept)
  }

  synced(offset: number): void {
    this.#add(recordKind.synced, '', offset)
  }

  #add(kind: number, key: string, body: Kept): void {
    const start = this.#length
    const bodyLength = typeof body === 'number' ? 8 : body.length
    // A UTF-16 unit takes at most three bytes of UTF-8.
    this.#bytes = withRoom(this.#bytes, start, recordOverhead + key.length * 3 + bodyLength)
    const bytes = this.#bytes
    const keyLength = bytes.write(key, start + recordOverhead)
    const bodyAt = start + recordOverhead + keyLength
    const end = bodyAt + bodyLength
    const length = end - start - kindAt
    writeBody(bytes, bodyAt, body)
    bytes.writeUInt16LE(recordMark, start)
    bytes.writeUInt32LE(headCheck(this.#salt, length, kind, keyLength), start + 6)
    bytes.writeUInt32LE(length, start + lengthAt)
    bytes.writeUInt8(kind, start + kindAt)
    bytes.writeUInt32LE(keyLength, start + kindAt + 1)
    bytes.writeUInt32LE(crc32(bytes.subarray(start + lengthAt, end), this.#salt), start + 2)
    this.#length = end
  }
}

function writeBody(bytes: Buffer, at: number, body: Kept): void {
  if (typeof body === 'number') bytes.writeDoubleLE(body, at)
  else if (typeof body === 'string') bytes.write(body, at, 'latin1')
  else body.copy(bytes, at)
}
