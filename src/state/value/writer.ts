import { withRoom } from '../room.js'

const firstSize = 256

/** Writes numbers and texts into a buffer that grows. */
export class Writer {
  #bytes = Buffer.allocUnsafe(firstSize)
  #length = 0

  /** What was written. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  u8(value: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  varint(value: number): void {
    let rest = value
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.u8((rest % 128) | 0x80)
    this.u8(rest)
  }

  f64(value: number): void {
    this.#reserve(8)
    this.#length = this.#bytes.writeDoubleLE(value, this.#length)
  }

  text(text: string, encoding: 'utf8' | 'utf16le' | 'hex'): void {
    const length = Buffer.byteLength(text, encoding)
    this.varint(length)
    this.#reserve(length)
    this.#length += this.#bytes.write(text, this.#length, encoding)
  }

  bytes(bytes: Uint8Array): void {
    this.varint(bytes.length)
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  #reserve(size: number): void {
    this.#bytes = withRoom(this.#bytes, this.#length, size)
  }
}
