import { frameHeaderLength, type Payload, payloadFits, writeFrameHeader, writePayload } from './frame.js'

/**
 * Gathers frames for one write. It alternates between two buffers: the result of `take` is valid until the next `take`,
 * while further frames are gathered.
 */
export class Batch {
  readonly #room: number
  #filling: Buffer
  #spare: Buffer
  #length = 0

  /** `room` is the size of each buffer in bytes. A larger batch gets a buffer of its own. */
  constructor(room: number) {
    this.#room = room
    this.#filling = Buffer.allocUnsafe(room)
    this.#spare = Buffer.allocUnsafe(room)
  }

  /** The bytes gathered, headers included. */
  get length(): number {
    return this.#length
  }

  add(payload: Payload): void {
    const start = this.#length + frameHeaderLength
    if (!payloadFits(payload, this.#filling.length - start)) this.#grow(start + Buffer.byteLength(payload))
    const end = writePayload(this.#filling, start, payload)
    writeFrameHeader(this.#filling, this.#length, end - start)
    this.#length = end
  }

  take(): Buffer {
    const taken = this.#filling
    this.#filling = this.#spare
    this.#spare = taken.length === this.#room ? taken : Buffer.allocUnsafe(this.#room)
    const frames = taken.subarray(0, this.#length)
    this.#length = 0
    return frames
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#filling.length * 2))
    this.#filling.copy(larger, 0, 0, this.#length)
    this.#filling = larger
  }
}
