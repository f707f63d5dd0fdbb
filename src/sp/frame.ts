// Over ipc a message is: type(u8, always 1) length(u64, big endian) payload.

/** The content of a message. Strings are sent as UTF-8. */
export type Payload = Buffer | string

export const frameHeaderLength = 9

/** The default limit of a payload that a reader accepts, in bytes. */
const defaultLimit = 64 * 1024 * 1024

const twoTo32 = 2 ** 32

// A longer one is more likely no frame at all: to skip it would wait forever.
const longestSkip = twoTo32

/** A peer sent a frame that is longer than a reader takes. */
export class OversizedFrame extends Error {
  constructor(length: number, limit: number) {
    super(`Cannot read frame of ${length} bytes: the limit is ${limit}`)
  }
}

/** Whether a payload fits into `room` bytes. Counts the bytes of a string only if its length does not decide. */
export function payloadFits(payload: Payload, room: number): boolean {
  if (typeof payload !== 'string') return payload.length <= room
  return payload.length * 3 <= room || Buffer.byteLength(payload) <= room
}

/** Writes a payload that fits, and returns the offset of its end. */
export function writePayload(target: Buffer, at: number, payload: Payload): number {
  if (typeof payload === 'string') return at + target.write(payload, at)
  target.set(payload, at)
  return at + payload.length
}

/** Writes the header of a frame whose payload has `length` bytes. */
export function writeFrameHeader(target: Buffer, at: number, length: number): void {
  target[at] = 1
  target.writeUInt32BE(Math.floor(length / twoTo32), at + 1)
  target.writeUInt32BE(length % twoTo32, at + 5)
}

/** One whole frame. */
export function encodeFrame(payload: Payload): Buffer {
  const frame = Buffer.allocUnsafe(frameHeaderLength + Buffer.byteLength(payload))
  writeFrameHeader(frame, 0, writePayload(frame, frameHeaderLength, payload) - frameHeaderLength)
  return frame
}

function readFrameHeader(source: Buffer, at: number): number {
  if (source[at] !== 1) throw new Error(`Cannot read frame of type ${source[at]}: the only type is 1`)
  return source.readUInt32BE(at + 1) * twoTo32 + source.readUInt32BE(at + 5)
}

/**
 * Finds the frames in a stream that arrives in chunks. `feed` a chunk, then call `next` until it returns `undefined`:
 * only then may the next chunk be fed, or the bytes of this one change. The caller may pause in between.
 *
 * A payload within one chunk is a view of that chunk. Only a frame across chunks is copied, each byte once.
 */
export class FrameReader {
  readonly #limit: number
  readonly #onOversized: ((frame: OversizedFrame) => void) | undefined
  readonly #header = Buffer.alloc(frameHeaderLength)
  #headerHeld = 0
  #body: Buffer | undefined
  #bodyHeld = 0
  #oversized: OversizedFrame | undefined
  #toSkip = 0
  #chunk: Buffer = Buffer.alloc(0)
  #at = 0
  #end = 0

  /** `onOversized` is called after a frame beyond the limit was skipped. Without it, `next` throws at such a frame. */
  constructor(limit = defaultLimit, onOversized?: (frame: OversizedFrame) => void) {
    this.#limit = limit
    this.#onOversized = onOversized
  }

  /** Whether the stream stands inside a frame. */
  get insideFrame(): boolean {
    return this.#body !== undefined || this.#headerHeld > 0 || this.#oversized !== undefined
  }

  /** Takes the bytes of `chunk` from `at` to `end`. */
  feed(chunk: Buffer, at = 0, end = chunk.length): void {
    this.#chunk = chunk
    this.#at = at
    this.#end = end
  }

  /** The next payload; undefined if the chunk has no complete one left. Throws if the bytes are not a frame. */
  next(): Buffer | undefined {
    if (this.insideFrame) return this.#goOn()
    const start = this.#at + frameHeaderLength
    if (start > this.#end) return this.#readHeader()
    const length = readFrameHeader(this.#chunk, this.#at)
    if (length > this.#limit || start + length > this.#end) return this.#beginBody(start, length)
    this.#at = start + length
    return this.#chunk.subarray(start, start + length)
  }

  #goOn(): Buffer | undefined {
    if (this.#oversized) return this.#skip(this.#oversized)
    return this.#body === undefined ? this.#readHeader() : this.#readBody(this.#body)
  }

  #readHeader(): Buffer | undefined {
    this.#headerHeld += this.#copyTo(this.#header, this.#headerHeld)
    if (this.#headerHeld < frameHeaderLength) return undefined
    this.#headerHeld = 0
    return this.#beginBody(this.#at, readFrameHeader(this.#header, 0))
  }

  #beginBody(start: number, length: number): Buffer | undefined {
    this.#at = start
    if (length > this.#limit) return this.#beginSkip(length)
    this.#bodyHeld = 0
    this.#body = Buffer.allocUnsafe(length)
    return this.#readBody(this.#body)
  }

  #readBody(body: Buffer): Buffer | undefined {
    this.#bodyHeld += this.#copyTo(body, this.#bodyHeld)
    if (this.#bodyHeld < body.length) return undefined
    this.#body = undefined
    return body
  }

  #beginSkip(length: number): Buffer | undefined {
    const frame = new OversizedFrame(length, this.#limit)
    if (this.#onOversized === undefined || length > longestSkip) throw frame
    this.#oversized = frame
    this.#toSkip = length
    return this.#skip(frame)
  }

  #skip(frame: OversizedFrame): Buffer | undefined {
    const count = Math.min(this.#toSkip, this.#end - this.#at)
    this.#at += count
    this.#toSkip -= count
    if (this.#toSkip > 0) return undefined
    this.#oversized = undefined
    this.#onOversized?.(frame)
    return this.next()
  }

  #copyTo(target: Buffer, held: number): number {
    const count = this.#chunk.copy(target, held, this.#at, this.#end)
    this.#at += count
    return count
  }
}
