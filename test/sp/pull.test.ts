import * as fs from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { encodeFrame } from '../../src/sp/frame.js'
import { Pull, type PullOptions } from '../../src/sp/pull.js'
import {
  dialRaw,
  frameHex,
  gate,
  Heard,
  hellos,
  type RawPeer,
  socketPaths,
  turns,
} from '../support/raw-peer.js'

const paths = socketPaths()

async function meet(options: Partial<PullOptions>) {
  const path = paths()
  const taken = new Heard<string>()
  const lost = new Heard<string>()
  const pull = await Pull.listen({
    path,
    take: message => taken.add(message.toString()),
    onLoss: reason => lost.add(reason.message),
    ...options,
  })
  return { path, pull, taken, lost, peer: await greeted(path) }
}

async function greeted(path: string): Promise<RawPeer> {
  const peer = await dialRaw(path)
  peer.write(hellos.push)
  expect(await peer.hex(8)).toBe(hellos.pull)
  return peer
}

function frames(texts: string[]): Buffer {
  return Buffer.concat(texts.map(encodeFrame))
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n))

/** Takes each message only when the test says so. */
function gated() {
  const asked = new Heard<string>()
  const gates: (() => void)[] = []
  const take = (message: Buffer): Promise<void> => {
    asked.add(message.toString())
    return new Promise(resolve => gates.push(resolve))
  }
  return { asked, take, open: () => gates.shift()?.() }
}

test('it takes messages in order, however the stream is cut', async () => {
  const { pull, taken, peer } = await meet({})
  const texts = numbers(200)
  const stream = frames(texts)
  for (let at = 0, size = 1; at < stream.length; at += size, size = (size * 7) % 61) {
    peer.socket.write(stream.subarray(at, at + size))
    await turns(1)
  }
  await taken.at(199)
  expect(taken.all).toEqual(texts)
  await pull.close()
})

test('messages may be kept', async () => {
  const kept = new Heard<Buffer>()
  const { pull, peer } = await meet({ take: kept.add })
  for (const text of numbers(20)) {
    peer.socket.write(encodeFrame(text))
    await turns(1)
  }
  await kept.at(19)
  expect(kept.all.map(String)).toEqual(numbers(20))
  await pull.close()
})

test('a message waits until the previous one is taken', async () => {
  const { asked, take, open } = gated()
  const { pull, peer } = await meet({ take })
  peer.socket.write(frames(['a', 'b', 'c']))
  for (const [n, text] of ['a', 'b', 'c'].entries()) {
    expect(await asked.at(n)).toBe(text)
    await turns()
    expect(asked.all).toHaveLength(n + 1)
    open()
  }
  await pull.close()
})

test('messages of several senders come one at a time', async () => {
  const running = { now: 0, most: 0 }
  const taken = new Heard<string>()
  const take = async (message: Buffer): Promise<void> => {
    running.now += 1
    running.most = Math.max(running.most, running.now)
    await turns(1)
    running.now -= 1
    taken.add(message.toString())
  }
  const { path, pull, peer } = await meet({ take })
  const peers = [peer, await greeted(path), await greeted(path)]
  for (const [n, one] of peers.entries()) one.socket.write(frames(numbers(30).map(text => `${n}:${text}`)))
  await taken.at(89)
  expect(running.most).toBe(1)
  for (const [n] of peers.entries()) {
    expect(taken.all.filter(text => text.startsWith(`${n}:`))).toEqual(
      numbers(30).map(text => `${n}:${text}`),
    )
  }
  await pull.close()
})

test('a sender that comes while a message is taken waits as well', async () => {
  const { asked, take, open } = gated()
  const { path, pull, peer } = await meet({ take })
  peer.socket.write(frames(['a']))
  await asked.at(0)
  const other = await greeted(path)
  other.socket.write(frames(['b']))
  await turns()
  expect(asked.all).toEqual(['a'])
  open()
  expect(await asked.at(1)).toBe('b')
  await pull.close()
})

test('a fast sender has to wait, and nothing is lost', async () => {
  const taking = gate<void>()
  const taken = new Heard<string>()
  const { pull, peer } = await meet({
    take: async message => {
      taken.add(message.toString('utf8', 0, 6).trim())
      if (taken.all.length === 1) await taking.promise
    },
  })
  const total = 20_000
  for (let n = 0; n < total; n += 1) peer.socket.write(encodeFrame(String(n).padEnd(991)))
  await taken.at(0)
  await turns(200)
  expect(taken.all).toHaveLength(1)
  expect(peer.socket.writableLength).toBeGreaterThan(19_000_000)
  taking.open()
  await taken.at(total - 1)
  expect(taken.all).toEqual(numbers(total))
  await pull.close()
})

test('messages sent before a sender left are taken, however late', async () => {
  const { asked, take, open } = gated()
  const { pull, lost, peer } = await meet({ take })
  peer.socket.end(frames(['a', 'b', 'c']))
  for (const n of [0, 1, 2]) {
    await asked.at(n)
    await turns()
    expect(lost.all).toHaveLength(0)
    open()
  }
  expect(await lost.at(0)).toBe('The peer closed the connection')
  expect(asked.all).toEqual(['a', 'b', 'c'])
  await pull.close()
})

test.each([
  ['says hello for another protocol', hellos.req, 'Cannot talk to "req" as "pull": the peer must be "push"'],
  ['says no hello', '474554202f20485454502f', 'Cannot read hello "474554202f204854": it names none of req'],
  ['sends another type of frame', `${hellos.push}020000000000000000`, 'Cannot read frame of type 2'],
  ['sends a giant length', `${hellos.push}010000ffffffffffff`, 'Cannot read frame of 281474976710655 bytes'],
])('a peer that %s is disconnected, and the others are not', async (_what, bytes, reason) => {
  const { path, pull, taken, lost, peer } = await meet({})
  const hostile = await dialRaw(path)
  hostile.write(bytes + frameHex('00'))
  await hostile.closed
  expect(await lost.at(0)).toContain(reason)
  peer.socket.write(encodeFrame('still here'))
  expect(await taken.at(0)).toBe('still here')
  expect(taken.all).toHaveLength(1)
  await pull.close()
})

test.each([
  ['in its hello', '0053', 'The peer closed the connection before its hello'],
  ['between messages', hellos.push + frameHex('61'), 'The peer closed the connection'],
  ['in a header', `${hellos.push}0100`, 'The peer closed the connection in the middle of a message'],
  [
    'in a message',
    `${hellos.push}010000000000000003ff`,
    'The peer closed the connection in the middle of a message',
  ],
])('a peer may leave %s', async (_what, bytes, reason) => {
  const { path, pull, lost } = await meet({})
  const peer = await dialRaw(path)
  peer.socket.end(Buffer.from(bytes, 'hex'))
  expect(await lost.at(0)).toBe(reason)
  await pull.close()
})

test('closed while it takes a message, it takes no other and ends its connections', async () => {
  const { asked, take, open } = gated()
  const { path, pull, lost, peer } = await meet({ take })
  peer.socket.write(frames(['a', 'b']))
  const waiting = await dialRaw(path)
  await asked.at(0)
  await pull.close()
  open()
  await Promise.all([peer.closed, waiting.closed])
  await turns()
  expect(asked.all).toEqual(['a'])
  expect(lost.all).toHaveLength(0)
})

test('closed by a message, it takes no other', async () => {
  const closing = gate<void>()
  const taken: string[] = []
  const { pull, peer } = await meet({
    take: message => {
      taken.push(message.toString())
      void pull.close().then(closing.open)
    },
  })
  peer.socket.write(frames(['a', 'b']))
  await closing.promise
  expect(taken).toEqual(['a'])
})

test('its file is for its own user, and is removed on close', async () => {
  const { path, pull } = await meet({})
  expect(fs.statSync(path).mode & 0o777).toBe(0o600)
  await pull.close()
  expect(fs.existsSync(path)).toBe(false)
})

/** Leaves a socket file behind, as a killed process does. */
async function leaveDeadSocket(path: string): Promise<void> {
  const server = createServer().listen(`${path}.living`)
  await once(server, 'listening')
  fs.linkSync(`${path}.living`, path)
  server.close()
  await once(server, 'close')
}

test('a socket file without a listener is replaced', async () => {
  const path = paths()
  await leaveDeadSocket(path)
  const taken = new Heard<string>()
  const pull = await Pull.listen({ path, take: message => taken.add(message.toString()) })
  const peer = await greeted(path)
  peer.socket.write(encodeFrame('heard'))
  expect(await taken.at(0)).toBe('heard')
  await pull.close()
})

test('a path with a listener is refused, and left unchanged', async () => {
  const { path, pull, taken } = await meet({})
  await expect(Pull.listen({ path, take: () => {} })).rejects.toThrow(
    `Cannot listen on "${path}": another process listens there; end it first`,
  )
  const peer = await greeted(path)
  peer.socket.write(encodeFrame('heard'))
  expect(await taken.at(0)).toBe('heard')
  await pull.close()
})

test('a file that is not a socket is refused, and kept', async () => {
  const path = paths()
  fs.writeFileSync(path, 'precious')
  await expect(Pull.listen({ path, take: () => {} })).rejects.toThrow(
    `Cannot listen on "${path}": the file there is not a socket; remove it`,
  )
  expect(fs.readFileSync(path, 'utf8')).toBe('precious')
})

test('a path that no socket can have is refused', async () => {
  await expect(Pull.listen({ path: '/'.padEnd(200, 'x'), take: () => {} })).rejects.toThrow(
    'it has 200 bytes and the limit is 107',
  )
})

test('a folder that does not exist is an error', async () => {
  await expect(Pull.listen({ path: `${paths()}/none`, take: () => {} })).rejects.toThrow('EACCES')
})
