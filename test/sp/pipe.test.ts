import { expect, test } from 'vitest'
import { dialPipe, type Pipe } from '../../src/sp/pipe.js'
import { encodeFrame } from '../../src/sp/frame.js'
import { Heard, hellos, RawListener, socketPaths, turns } from '../support/raw-peer.js'

const paths = socketPaths()

async function meet(onMessage: (text: string, pipe: Pipe) => void = () => {}) {
  const path = paths()
  const listener = new RawListener(path)
  const opened = new Heard<Pipe>()
  const lost = new Heard<string>()
  const pipe = dialPipe(path, {
    protocol: 'req',
    onOpen: opened.add,
    onMessage: (message, from) => onMessage(message.toString(), from),
    onLoss: reason => lost.add(reason.message),
  })
  const peer = await listener.welcome(hellos.rep)
  await opened.at(0)
  const end = (): void => {
    pipe.close()
    listener.close()
  }
  return { pipe, peer, lost, end }
}

test('a paused pipe keeps everything that arrives, and delivers it in order', async () => {
  const heard = new Heard<string>()
  const { pipe, peer, end } = await meet((text, from) => {
    heard.add(text)
    from.pause()
  })
  const texts = ['a', 'b', 'x'.repeat(10_000), 'c', 'd']
  peer.socket.write(Buffer.concat(texts.map(encodeFrame)))
  for (const [n, text] of texts.entries()) {
    expect(await heard.at(n)).toBe(text)
    peer.socket.write(encodeFrame(`later ${n}`))
    await turns()
    expect(heard.all).toHaveLength(n + 1)
    pipe.resume()
  }
  expect(await heard.at(5)).toBe('later 0')
  end()
})

test('a pipe that is paused and resumed during a delivery continues without nested calls', async () => {
  const depth = { now: 0, most: 0 }
  const heard = new Heard<string>()
  const { peer, end } = await meet((text, pipe) => {
    depth.now += 1
    depth.most = Math.max(depth.most, depth.now)
    pipe.pause()
    pipe.resume()
    heard.add(text)
    depth.now -= 1
  })
  const texts = Array.from({ length: 5000 }, (_, n) => String(n))
  peer.socket.write(Buffer.concat(texts.map(encodeFrame)))
  await heard.at(4999)
  expect(heard.all).toEqual(texts)
  expect(depth.most).toBe(1)
  end()
})

test('write returns whether the bytes were sent, and drained resolves when they are', async () => {
  const { pipe, peer, end } = await meet()
  expect(pipe.write(encodeFrame('small'))).toBe(true)
  peer.socket.pause()
  expect(pipe.write(encodeFrame('x'.repeat(2_000_000)))).toBe(false)
  let drained = false
  const draining = pipe.drained().then(() => {
    drained = true
  })
  await turns()
  expect(drained).toBe(false)
  peer.socket.resume()
  await draining
  expect(pipe.idle).toBe(true)
  end()
})

test('a closed connection is not awaited', async () => {
  const { pipe, peer, lost, end } = await meet()
  peer.close()
  expect(pipe.write(encodeFrame('lost'))).toBe(false)
  await pipe.drained()
  expect(await lost.at(0)).toBe('write EPIPE')
  pipe.close()
  await pipe.drained()
  expect(lost.all).toHaveLength(1)
  end()
})
