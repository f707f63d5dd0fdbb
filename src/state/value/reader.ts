/** Reads what a Writer wrote. Throws for bytes that end too soon before it allocates anything for them. */
export class Reader {
  readonly #bytes: Buffer
  #offset = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get ended(): boolean {
    return this.#offset === this.#bytes.length
  }

  u8(): number {
    const value = this.#bytes[this.#offset++]
    return value ?? damaged()
  }

  varint(): number {
    let value = 0
    for (let factor = 1; factor < 2 ** 53; factor *= 128) {
      const byte = this.u8()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
    return damaged()
  }

  f64(): number {
    return this.#bytes.readDoubleLE(this.#skip(8))
  }

  text(encoding: 'utf8' | 'utf16le' | 'hex'): string {
    const length = this.varint()
    const start = this.#skip(length)
    return this.#bytes.toString(encoding, start, start + length)
  }

  /** A copy, in a buffer of its own. */
  buffer(): ArrayBuffer {
    const length = this.varint()
    const start = this.#skip(length)
    return new Uint8Array(this.#bytes.subarray(start, start + length)).buffer
  }

  #skip(length: number): number {
    const start = this.#offset
    if (start + length > this.#bytes.length) damaged()
    this.#offset = start + length
    return start
  }
}

export function damaged(): never {
  throw new Error('its bytes are damaged: delete it')
}
