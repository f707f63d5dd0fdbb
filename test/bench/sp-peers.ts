/** What is measured: for each socket the bare loop, and kplug's. */
import { connect, createServer } from 'node:net'
import { encodeHello } from '../../src/sp/header.js'
import { Pull } from '../../src/sp/pull.js'
import { Push } from '../../src/sp/push.js'
import { Req } from '../../src/sp/req.js'

export interface Task {
  path: string
  row: Buffer
  /** How many rows a PUSH socket sends. */
  rows: number
  /** How many rows a PULL socket waits for. */
  expected: number
  tell: (word: 'ready' | 'done') => void
}

export const peers: Record<string, Record<string, (task: Task) => unknown>> = {
  req: {
    bare: bareEcho,
    'bare-onread': bareOnread,
    kplug: echo,
    'kplug-string': echoString,
    'kplug-async': echoAsync,
  },
  push: { bare: barePush, kplug: push },
  pull: { bare: barePull, kplug: pull, 'kplug-async': pullAsync },
}

const greeting = Buffer.from('01000000000000000d8000000168616e647368616b65', 'hex')

function bareEcho({ path }: Task): void {
  const socket = connect(path)
  let greeted = false
  socket.on('error', () => {})
  socket.on('data', chunk => {
    if (!greeted) {
      greeted = true
      socket.write(Buffer.concat([encodeHello('req'), greeting]))
      return
    }
    const frame = Buffer.allocUnsafe(chunk.length)
    chunk.copy(frame)
    frame.writeUInt32BE(((chunk.readUInt32BE(9) + 1) | 0x8000_0000) >>> 0, 9)
    socket.write(frame)
  })
}

function bareOnread({ path }: Task): void {
  const buffer = Buffer.allocUnsafe(4096)
  let greeted = false
  const socket = connect({ path, onread: { buffer, callback } })
  socket.on('error', () => {})
  function callback(length: number): boolean {
    if (greeted) {
      buffer.writeUInt32BE(((buffer.readUInt32BE(9) + 1) | 0x8000_0000) >>> 0, 9)
      socket.write(buffer.subarray(0, length))
    } else {
      greeted = true
      socket.write(Buffer.concat([encodeHello('req'), greeting]))
    }
    return true
  }
}

function echo({ path }: Task): Req {
  return new Req({ path, greeting: 'handshake', answer: reply => reply })
}

function echoString({ path }: Task): Req {
  return new Req({ path, greeting: 'handshake', answer: reply => reply.toString() })
}

function echoAsync({ path }: Task): Req {
  return new Req({ path, greeting: 'handshake', answer: async reply => reply })
}

async function barePush({ path, row, rows }: Task): Promise<void> {
  const socket = connect(path)
  socket.on('error', () => {})
  socket.write(encodeHello('push'))
  for (let sent = 0; sent < rows; ) {
    const batch = Buffer.allocUnsafe(32_768)
    let used = 0
    while (used + 9 + row.length <= batch.length && sent < rows) {
      batch[used] = 1
      batch.writeUInt32BE(0, used + 1)
      batch.writeUInt32BE(row.length, used + 5)
      used += 9 + row.copy(batch, used + 9)
      sent += 1
    }
    if (!socket.write(batch.subarray(0, used))) await new Promise(resolve => socket.once('drain', resolve))
  }
}

async function push({ path, row, rows }: Task): Promise<void> {
  const socket = new Push({ path })
  for (let sent = 0; sent < rows; sent += 1) {
    if (!socket.send(row)) await socket.drained()
  }
}

function barePull({ path, expected, tell }: Task): void {
  let left = expected
  let rest = Buffer.alloc(0)
  let greeted = false
  const server = createServer(socket => {
    socket.write(encodeHello('pull'))
    socket.on('error', () => {})
    socket.on('data', chunk => {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      let at = greeted ? 0 : 8
      greeted = true
      while (at + 9 <= bytes.length) {
        const end = at + 9 + bytes.readUInt32BE(at + 5)
        if (end > bytes.length) break
        if (bytes.subarray(at + 9, end).length > 0) left -= 1
        at = end
      }
      rest = bytes.subarray(at)
      if (left === 0) tell('done')
    })
  })
  server.listen(path, () => tell('ready'))
}

async function pull({ path, expected, tell }: Task): Promise<void> {
  let left = expected
  await Pull.listen({
    path,
    take: () => {
      left -= 1
      if (left === 0) tell('done')
    },
  })
  tell('ready')
}

async function pullAsync({ path, expected, tell }: Task): Promise<void> {
  let left = expected
  await Pull.listen({
    path,
    take: async () => {
      left -= 1
      if (left === 0) tell('done')
    },
  })
  tell('ready')
}
