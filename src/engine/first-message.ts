import { randomBytes } from 'node:crypto'
import * as http from 'node:http'
import type { Duplex } from 'node:stream'

// The endpoint on which an engine publishes the rows of a rule test: server-sent events since 2.4, a WebSocket before.

/** An open connection, and the first message on it. */
export interface Opened {
  first: Promise<string>
  close: () => void
}

/** Opens a stream of server-sent events. */
export function openEvents(url: URL, signal: AbortSignal): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const sent = http.get(url, { signal, headers: { accept: 'text/event-stream' } })
    sent.on('error', reject)
    sent.on('response', response => {
      if (response.statusCode === 200) {
        const first = untilFound(response.setEncoding('utf8'), text => /^data: (.*)$/m.exec(text)?.[1])
        resolve({ first, close: () => void sent.destroy() })
        return
      }
      sent.destroy()
      reject(new Error(`the response has status ${response.statusCode} instead of a stream of events`))
    })
  })
}

/** Opens a WebSocket. */
export function openWebSocket(url: URL, signal: AbortSignal): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
    }
    const sent = http.get(url, { signal, headers })
    sent.on('error', reject)
    sent.on('response', ({ statusCode }) => {
      sent.destroy()
      reject(new Error(`the response has status ${statusCode} instead of a WebSocket`))
    })
    sent.on('upgrade', (_response, socket: Duplex, head: Buffer) => {
      socket.unshift(head)
      const first = untilFound(socket.setEncoding('latin1'), text => textFrame(Buffer.from(text, 'latin1')))
      resolve({ first, close: () => void socket.destroy() })
    })
  })
}

/**
 * A frame is opcode (u8, 0x81 for a whole text), length (7 bits; 126: u16; 127: u64), payload. A server does not mask.
 */
export function textFrame(bytes: Buffer): string | undefined {
  if (bytes.length < 2) return undefined
  const short = bytes.readUInt8(1) & 0x7f
  const start = short === 126 ? 4 : short === 127 ? 10 : 2
  if (bytes.length < start) return undefined
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
  if (bytes.length < start + length) return undefined
  const rest = bytes.subarray(start + length)
  return bytes.readUInt8(0) === 0x81 ? bytes.toString('utf8', start, start + length) : textFrame(rest)
}

/** Collects the data of a stream until it contains a result. */
function untilFound(
  stream: AsyncIterable<string>,
  find: (text: string) => string | undefined,
): Promise<string> {
  const search = async (): Promise<string> => {
    let text = ''
    for await (const chunk of stream) {
      text += chunk
      const found = find(text)
      if (found !== undefined) return found
    }
    throw new Error('the connection ended before a result arrived')
  }
  const searching = search()
  // The caller may fail before it awaits this.
  searching.catch(() => {})
  return searching
}
