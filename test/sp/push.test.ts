import { Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { Pipe } from '../../src/sp/pipe.js'
import { Push, type PushOptions } from '../../src/sp/push.js'
import { Heard, hellos, RawListener, type RawPeer, socketPaths, turns } from '../support/raw-peer.js'

const paths = socketPaths()

async function meet(options: Partial<PushOptions> = {}) {
  const path = paths()
  const listener = new RawListener(path)
  const connected = new Heard<true>()
  const push = new Push({ path, onConnect: () => connected.add(true), ...options })
  const peer = await listener.welcome(hellos.pull)
  if (!options.onConnect) await connected.at(0)
  const end = async (): Promise<void> => {
    await push.close()
    listener.close()
  }
  return { path, push, listener, peer, end }
}

async function expectNumbers(peer: RawPeer, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += 1) expect(Number.parseInt((await peer.frame()).toString(), 10)).toBe(n)
}

/** Rows that begin with a number and fill `length` bytes. */
function row(n: number, length: number): string {
  return `${n} `.padEnd(length, 'x')
}

test('it sends the hello, then its messages as frames', async () => {
  const path = paths()
  const listener = new RawListener(path)
  const push = new Push({ path })
  push.send('ok')
  push.send(Buffer.from('ff', 'hex'))
  const peer = await listener.accept()
  expect(await peer.hex(8)).toBe(hellos.push)
  peer.write(hellos.pull)
  expect(await peer.hex(21)).toBe('0100000000000000026f6b010000000000000001ff')
  await push.close()
  listener.close()
})

/** What happens to the writes of the sockets here while `act` runs. */
async function writesDuring(act: () => unknown): Promise<number[]> {
  const write = vi.spyOn(Socket.prototype, 'write')
  try {
    await act()
    return write.mock.calls.map(([data]) => data.length)
  } finally {
    write.mockRestore()
  }
}

test('messages of one turn are sent in one write', async () => {
  const { push, peer, end } = await meet()
  const writes = await writesDuring(async () => {
    for (let n = 0; n < 100; n += 1) expect(push.send(row(n, 41))).toBe(true)
    await expectNumbers(peer, 0, 100)
  })
  expect(writes).toEqual([5000])
  await end()
})

test('a full batch is sent at once', async () => {
  const { push, peer, end } = await meet({ gather: 1000 })
  const writes = await writesDuring(() => {
    for (let n = 0; n < 100; n += 1) push.send(row(n, 91))
  })
  expect(writes).toEqual(Array.from({ length: 10 }, () => 1000))
  await expectNumbers(peer, 0, 100)
  await end()
})

test('without gathering, each message is sent at once', async () => {
  const { push, peer, end } = await meet({ gather: 0 })
  const writes = await writesDuring(() => {
    for (let n = 0; n < 3; n += 1) expect(push.send(row(n, 11))).toBe(true)
  })
  expect(writes).toEqual([20, 20, 20])
  await expectNumbers(peer, 0, 3)
  await end()
})

test('flush writes what is gathered', async () => {
  const { push, peer, end } = await meet()
  const writes = await writesDuring(() => {
    push.send('0')
    push.send('1')
    void push.flush()
  })
  expect(writes).toEqual([20])
  await push.flush()
  expect(push.gathered).toBe(0)
  await expectNumbers(peer, 0, 2)
  await end()
})

test('flush waits until the last byte is sent', async () => {
  const { push, peer, end } = await meet()
  peer.socket.pause()
  push.send(row(0, 2_000_000))
  let flushed = false
  const flushing = push.flush().then(() => {
    flushed = true
  })
  await turns()
  expect(flushed).toBe(false)
  peer.socket.resume()
  await flushing
  await expectNumbers(peer, 0, 1)
  await end()
})

test('without a listener it gathers until send returns false, and loses nothing', async () => {
  const path = paths()
  const push = new Push({ path, gather: 1000 })
  let count = 0
  while (push.send(row(count, 91))) count += 1
  count += 1
  expect(push.gathered).toBe(1000)
  expect(count).toBe(10)
  let drained = false
  const draining = push.drained().then(() => {
    drained = true
  })
  await turns()
  expect(drained).toBe(false)
  const listener = new RawListener(path)
  const peer = await listener.welcome(hellos.pull)
  await draining
  await expectNumbers(peer, 0, count)
  await push.close()
  listener.close()
})

test('with a peer that does not read, send returns false', async () => {
  const { push, peer, end } = await meet()
  peer.socket.pause()
  let count = 0
  for (;;) {
    count += 1
    if (push.send(row(count - 1, 1000))) continue
    const drained = await Promise.race([push.drained().then(() => true), turns().then(() => false)])
    if (!drained) break
  }
  expect(push.gathered).toBeLessThan(34_000)
  peer.socket.resume()
  await push.drained()
  await expectNumbers(peer, 0, count)
  await end()
})

test('a consumer slower than the sender gets all, in order', async () => {
  const { push, peer, end } = await meet({ gather: 4000 })
  const total = 5000
  const reading = (async () => {
    for (let n = 0; n < total; n += 1) {
      if (n % 500 === 0) await turns(3)
      await expectNumbers(peer, n, n + 1)
    }
  })()
  for (let n = 0; n < total; n += 1) {
    if (!push.send(row(n, 500))) await push.drained()
    expect(push.gathered).toBeLessThan(4600)
  }
  await reading
  await end()
})

test('a message larger than one turn only delays the next ones', async () => {
  const { push, peer, end } = await meet()
  peer.socket.pause()
  push.send(row(0, 2_000_000))
  push.send(row(1, 2_000_000))
  await turns()
  expect(push.send(row(2, 10))).toBe(false)
  peer.socket.resume()
  await push.drained()
  await expectNumbers(peer, 0, 3)
  await end()
})

test('for a sender that never waits, send returns false, so that others get their turn', async () => {
  const { push, peer, end } = await meet()
  // The kernel takes everything: no peer reads as fast as that.
  vi.spyOn(Pipe.prototype, 'idle', 'get').mockReturnValue(true)
  let bytes = 0
  while (bytes < 10_000_000 && push.send('x'.repeat(991))) bytes += 1000
  const before = await Promise.race([
    push.drained().then(() => 'drained'),
    Promise.resolve().then(() => 'not yet'),
  ])
  vi.restoreAllMocks()
  expect(bytes).toBeLessThan(600_000)
  expect(before).toBe('not yet')
  await push.drained()
  peer.close()
  await end()
})

test('close loses nothing that can still be written', async () => {
  const path = paths()
  const listener = new RawListener(path)
  const push = new Push({ path })
  for (let n = 0; n < 20; n += 1) push.send(row(n, 100_000))
  const closed = Promise.all([push.close(), push.close()])
  const peer = await listener.welcome(hellos.pull)
  await turns()
  await expectNumbers(peer, 0, 20)
  await Promise.all([closed, peer.closed])
  listener.close()
})

test('close gives up if nobody reads', async () => {
  const nobody = new Push({ path: paths() })
  nobody.send('lost')
  const { push, peer, listener } = await meet()
  peer.socket.pause()
  push.send('x'.repeat(2_000_000))
  const flushes = [nobody.flush(), push.flush()]
  await Promise.all([nobody.close(), push.close()])
  await Promise.all(flushes)
  peer.close()
  listener.close()
})

test('after close nothing can be sent', async () => {
  const { path, push, end } = await meet()
  const ended = end()
  expect(() => push.send('late')).toThrow(`Cannot send to "${path}": the channel is closed`)
  await ended
  await push.drained()
  await push.flush()
})

test('messages gathered without a connection are sent with the next one', async () => {
  const lost = new Heard<string>()
  const { push, listener, peer, end } = await meet({ onLoss: reason => lost.add(reason.message) })
  peer.close()
  await lost.at(0)
  push.send('0')
  push.send('1')
  const next = await listener.welcome(hellos.pull)
  await expectNumbers(next, 0, 2)
  await end()
})

test('messages sent between a failed write and its report are sent with the next connection', async () => {
  const { push, listener, peer, end } = await meet({ gather: 0 })
  peer.close()
  push.send('lost')
  push.send('0')
  push.send('1')
  const next = await listener.welcome(hellos.pull)
  await expectNumbers(next, 0, 2)
  await end()
})

test('a failed write releases waiting senders, even if nobody listens any more', async () => {
  const { push, listener, peer, end } = await meet({ gather: 0 })
  listener.close()
  peer.close()
  push.send('lost')
  await push.flush()
  await end()
})

test('a loss with bytes in flight releases waiting senders', async () => {
  const lost = new Heard<string>()
  const { push, peer, end } = await meet({ onLoss: reason => lost.add(reason.message) })
  peer.socket.pause()
  push.send(row(0, 2_000_000))
  const flushed = push.flush()
  peer.close()
  await Promise.all([lost.at(0), flushed, push.drained()])
  await end()
})
