import { frameHeaderLength, type Payload, payloadFits, writeFrameHeader, writePayload } from './frame.js'

// The payload of a request and of its reply begins with: id(u32, big endian, top bit set).

const idLength = 4
const payloadAt = frameHeaderLength + idLength

/** An id to begin with. It is random, so that those of two processes on one channel differ. */
export function firstRequestId(): number {
  return (Math.random() * 0x8000_0000 + 0x8000_0000) >>> 0
}

/** The id after `id`: the lower 31 bits count round, the top bit stays. */
export function nextRequestId(id: number): number {
  return ((id + 1) | 0x8000_0000) >>> 0
}

/** The frame of a request: a view of `scratch` where it fits there, else a buffer of its own. */
export function encodeRequest(id: number, payload: Payload, scratch?: Buffer): Buffer {
  const target = scratch && payloadFits(payload, scratch.length - payloadAt) ? scratch : roomFor(payload)
  const end = writePayload(target, payloadAt, payload)
  writeFrameHeader(target, 0, end - frameHeaderLength)
  target.writeUInt32BE(id, frameHeaderLength)
  return target.subarray(0, end)
}

function roomFor(payload: Payload): Buffer {
  return Buffer.allocUnsafe(payloadAt + Buffer.byteLength(payload))
}

/** The reply to the request `id`; undefined if the message replies to another request, or is not a reply. */
export function decodeReply(message: Buffer, id: number): Buffer | undefined {
  if (message.length < idLength || message.readUInt32BE(0) !== id) return undefined
  return message.subarray(idLength)
}
