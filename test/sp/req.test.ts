import { Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { Req, type ReqOptions } from '../../src/sp/req.js'
import {
  frameHex,
  gate,
  Heard,
  hellos,
  RawListener,
  type RawPeer,
  socketPaths,
  turns,
} from '../support/raw-peer.js'

const paths = socketPaths()
const echo: ReqOptions['answer'] = reply => `answer to ${reply.toString()}`

/** A REQ socket and its peer, which has its greeting. */
async function meet(options: Partial<ReqOptions>) {
  const path = paths()
  const listener = new RawListener(path)
  const req = new Req({ path, greeting: 'handshake', answer: echo, ...options })
  const peer = await listener.welcome(hellos.rep)
  const { id, text } = await peer.request()
  expect(text).toBe('handshake')
  const end = async (): Promise<void> => {
    await req.close()
    listener.close()
  }
  return { req, listener, peer, id, end }
}

function idAfter(id: string): string {
  return (((Number.parseInt(id, 16) + 1) | 0x80000000) >>> 0).toString(16)
}

/** Answers the request `id` with a command, and reads the answer to that. */
async function command(peer: RawPeer, id: string, text: string): Promise<{ id: string; text: string }> {
  peer.reply(id, text)
  return peer.request()
}

test('it sends the hello, then the greeting', async () => {
  const path = paths()
  const listener = new RawListener(path)
  const req = new Req({ path, greeting: 'hi', answer: echo })
  const peer = await listener.accept()
  expect(await peer.hex(8)).toBe(hellos.req)
  peer.write(hellos.rep)
  expect(await peer.hex(9)).toBe('010000000000000006')
  expect(await peer.hex(6)).toMatch(/^[89a-f][0-9a-f]{7}6869$/)
  await req.close()
  listener.close()
})

test.each<[string, ReqOptions['answer']]>([
  ['a string', reply => `answer to ${reply.toString()}`],
  ['bytes', reply => Buffer.from(`answer to ${reply.toString()}`)],
  ['a promise', async reply => `answer to ${reply.toString()}`],
])('each reply is a command, and %s with its answer is the next request', async (_what, answer) => {
  const { peer, id, end } = await meet({ answer })
  let last = id
  for (const text of ['one', '', 'three']) {
    const next = await command(peer, last, text)
    expect(next).toEqual({ id: idAfter(last), text: `answer to ${text}` })
    last = next.id
  }
  await end()
})

test('a synchronous answer is sent in one write, before any promise settles', async () => {
  const write = vi.spyOn(Socket.prototype, 'write')
  const written = (peer: RawPeer): string[] =>
    write.mock.calls.flatMap(([data], n) =>
      write.mock.contexts[n] === peer.socket ? [] : [Buffer.from(data).toString('hex')],
    )
  const seen: string[][] = []
  const { peer, id, end } = await meet({
    answer: () => {
      write.mockClear()
      queueMicrotask(() => seen.push(written(peer)))
      return 'ok'
    },
  })
  await command(peer, id, 'command')
  const frame = frameHex(`${idAfter(id)}6f6b`)
  expect([...seen, written(peer)]).toEqual([[frame], [frame]])
  write.mockRestore()
  await end()
})

test('a reply to any other request than the current one is ignored', async () => {
  const heard = new Heard<string>()
  const answered = gate<string>()
  const { peer, id, end } = await meet({
    answer: reply => {
      heard.add(reply.toString())
      return answered.promise
    },
  })
  peer.reply(idAfter(id), 'of the next request')
  peer.write(frameHex('800000'))
  peer.write(frameHex(''))
  peer.reply(id, 'command')
  peer.reply(id, 'the same once more')
  peer.reply(idAfter(id), 'early')
  await heard.at(0)
  await turns()
  answered.open('done')
  expect(await peer.request()).toEqual({ id: idAfter(id), text: 'done' })
  expect(heard.all).toEqual(['command'])
  await end()
})

test('after a loss it greets again, and drops the answer that belonged to the lost connection', async () => {
  const gates = new Map<string, (answer: string) => void>()
  const asked = new Heard<string>()
  const lost = new Heard<string>()
  const { listener, peer, id, end } = await meet({
    answer: reply =>
      new Promise(resolve => {
        gates.set(reply.toString(), resolve)
        asked.add(reply.toString())
      }),
    onLoss: reason => lost.add(reason.message),
  })
  peer.reply(id, 'old')
  await asked.at(0)
  peer.close()
  expect(await lost.at(0)).toBe('The peer closed the connection')

  const next = await listener.welcome(hellos.rep)
  const greeting = await next.request()
  expect(greeting).toEqual({ id: idAfter(id), text: 'handshake' })
  next.reply(greeting.id, 'new')
  await asked.at(1)
  gates.get('old')?.('late')
  await turns()
  gates.get('new')?.('in time')
  expect(await next.request()).toEqual({ id: idAfter(greeting.id), text: 'in time' })
  await end()
})

test('it reports every connection and every loss', async () => {
  const told = new Heard<string>()
  const { listener, peer, end } = await meet({
    onConnect: () => told.add('connected'),
    onLoss: () => told.add('lost'),
    onRetry: () => told.add('retried'),
  })
  peer.close()
  const next = await listener.welcome(hellos.rep)
  await next.request()
  await end()
  expect(told.all).toEqual(['connected', 'lost', 'connected'])
})

test.each([
  ['another type of frame', '02', 'Cannot read frame of type 2: the only type is 1'],
  ['a giant length', '01000000ffffffffff', 'Cannot read frame of 1099511627775 bytes: the limit is 67108864'],
])('a peer that sends %s is disconnected, and dialled again', async (_what, bytes, reason) => {
  const lost = new Heard<string>()
  const { listener, peer, end } = await meet({ onLoss: error => lost.add(error.message) })
  peer.write(bytes.padEnd(18, '0'))
  await peer.closed
  expect(await lost.at(0)).toBe(reason)
  await (await listener.welcome(hellos.rep)).request()
  await end()
})

test('a reply longer than the limit ends the connection', async () => {
  const lost = new Heard<string>()
  const { peer, id, end } = await meet({ limit: 10, onLoss: error => lost.add(error.message) })
  peer.reply(id, 'seven b')
  expect(await lost.at(0)).toBe('Cannot read frame of 11 bytes: the limit is 10')
  await end()
})

test('a peer that leaves in the middle of a message is dialled again', async () => {
  const lost = new Heard<string>()
  const { listener, peer, id, end } = await meet({ onLoss: error => lost.add(error.message) })
  peer.socket.end(Buffer.from(frameHex(`${id}616263`).slice(0, -2), 'hex'))
  expect(await lost.at(0)).toBe('The peer closed the connection in the middle of a message')
  await listener.accept()
  await end()
})

test('messages far larger than the buffers arrive complete', async () => {
  const { peer, id, end } = await meet({ answer: reply => `${reply.length} ${'€'.repeat(reply.length)}` })
  const text = 'x'.repeat(1_500_000)
  expect(await command(peer, id, text)).toEqual({ id: idAfter(id), text: `1500000 ${'€'.repeat(1_500_000)}` })
  await end()
})

test('an answer in flight is not overwritten by the next one', async () => {
  const texts = ['x'.repeat(3_000_000), 'second', 'third!']
  const { peer, id, end } = await meet({ answer: reply => texts[Number(reply.toString())] ?? '' })
  const ids = [id, idAfter(id), idAfter(idAfter(id))]
  peer.socket.pause()
  for (const [n, known] of ids.entries()) peer.reply(known, String(n))
  await turns()
  peer.socket.resume()
  for (const text of texts) expect((await peer.request()).text === text).toBe(true)
  await end()
})

test('an answer that is sent slowly is sent completely, even if the socket is closed at once', async () => {
  const answered = new Heard<string>()
  const { req, listener, peer, id } = await meet({
    answer: () => {
      answered.add('answered')
      return 'x'.repeat(3_000_000)
    },
  })
  peer.socket.pause()
  peer.reply(id, '')
  await answered.at(0)
  const closed = Promise.all([req.close(), req.close()])
  peer.socket.resume()
  expect((await peer.request()).text).toHaveLength(3_000_000)
  await closed
  listener.close()
})

test('an answer after close is dropped', async () => {
  const answered = gate<string>()
  const asked = new Heard<string>()
  const { peer, id, end } = await meet({
    answer: reply => {
      asked.add(reply.toString())
      return answered.promise
    },
  })
  peer.reply(id, 'command')
  await asked.at(0)
  await end()
  answered.open('late')
  await peer.closed
  expect(peer.socket.bytesRead).toBe(8 + 9 + 4 + 'handshake'.length)
})
