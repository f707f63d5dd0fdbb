const pieceSize = 1024 * 1024

/** Fills `bytes` from its start with what lies at `position`, and returns how much that is. */
export type ReadAt = (bytes: Buffer, length: number, position: number) => number

/** Reads a file piece by piece: a journal can be larger than any buffer. */
export class Pieces {
  readonly size: number
  readonly #read: ReadAt
  #bytes = Buffer.allocUnsafeSlow(0)
  #start = 0
  #length = 0

  constructor(size: number, read: ReadAt) {
    this.size = size
    this.#read = read
  }

  /** What is loaded. The next call of `load` may replace it. */
  get bytes(): Buffer {
    return this.#bytes
  }

  /** Makes `length` bytes from `offset` on available, and returns their position in `bytes`. */
  load(offset: number, length: number): number {
    const at = offset - this.#start
    if (at >= 0 && at + length <= this.#length) return at
    this.#fill(offset, Math.min(Math.max(length, pieceSize), this.size - offset))
    return 0
  }

  /** The offset of the next `text` from `offset` on, or -1. */
  find(text: string, offset: number): number {
    for (let from = offset; from + text.length <= this.size; ) {
      const at = this.load(from, text.length)
      const found = this.#bytes.subarray(0, this.#length).indexOf(text, at, 'latin1')
      if (found >= 0) return this.#start + found
      from = this.#start + this.#length - text.length + 1
    }
    return -1
  }

  #fill(offset: number, length: number): void {
    // The buffer of a very large record is given back with the next piece.
    if (this.#bytes.length < length || this.#bytes.length > 4 * Math.max(length, pieceSize))
      this.#bytes = Buffer.allocUnsafeSlow(length)
    this.#start = offset
    this.#length = 0
    while (this.#length < length) {
      const read = this.#read(
        this.#bytes.subarray(this.#length),
        length - this.#length,
        offset + this.#length,
      )
      if (read === 0) throw new Error('became shorter while it was read')
      this.#length += read
    }
  }
}
