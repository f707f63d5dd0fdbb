import { expect, test } from 'vitest'
import { checkPath } from '../../src/sp/address.js'
import type { Pipe } from '../../src/sp/pipe.js'
import { Redial } from '../../src/sp/redial.js'
import { Heard, hellos, RawListener, socketPaths, turns } from '../support/raw-peer.js'

const paths = socketPaths()

function dial(path: string) {
  const opened = new Heard<Pipe>()
  const lost = new Heard<string>()
  const retried = new Heard<{ reason: string; pause: number }>()
  const redial = new Redial({
    path,
    protocol: 'push',
    onOpen: opened.add,
    onMessage: () => {},
    onLoss: reason => lost.add(reason.message),
    onRetry: ({ message }, pause) => retried.add({ reason: message, pause }),
  })
  return { redial, opened, lost, retried }
}

test('it dials until somebody listens', async () => {
  const path = paths()
  const { redial, opened, retried } = dial(path)
  expect((await retried.at(2)).reason).toBe(`connect ENOENT ${path}`)
  expect(opened.all).toHaveLength(0)
  const listener = new RawListener(path)
  await listener.welcome(hellos.pull)
  await opened.at(0)
  redial.close()
  listener.close()
})

test('the pauses double from about 10 ms', async () => {
  const { redial, retried } = dial(paths())
  await retried.at(5)
  redial.close()
  for (const [n, { pause }] of retried.all.entries()) {
    expect(pause).toBeGreaterThanOrEqual(7.5 * 2 ** n)
    expect(pause).toBeLessThanOrEqual(12.5 * 2 ** n)
  }
})

test('it dials again after every loss', async () => {
  const path = paths()
  const listener = new RawListener(path)
  const { redial, opened, lost, retried } = dial(path)
  for (let n = 0; n < 3; n += 1) {
    const peer = await listener.welcome(hellos.pull)
    await opened.at(n)
    peer.close()
    expect(await lost.at(n)).toBe('The peer closed the connection')
  }
  redial.close()
  listener.close()
  expect(retried.all).toHaveLength(0)
})

test('a dial that fails after a loss is not a second loss', async () => {
  const path = paths()
  const listener = new RawListener(path)
  const { redial, opened, lost, retried } = dial(path)
  const peer = await listener.welcome(hellos.pull)
  await opened.at(0)
  listener.close()
  peer.close()
  await retried.at(0)
  redial.close()
  expect(lost.all).toHaveLength(1)
})

test.each([
  ['a hello of another protocol', hellos.rep, 'Cannot talk to "rep" as "push": the peer must be "pull"'],
  ['no hello', '474554202f20485454502f312e31', 'Cannot read hello "474554202f204854": it names none of'],
])('a peer with %s is disconnected, and dialled again', async (_what, hello, reason) => {
  const path = paths()
  const listener = new RawListener(path)
  const { redial, opened, retried } = dial(path)
  const peer = await listener.accept()
  peer.write(hello)
  await peer.closed
  expect((await retried.at(0)).reason).toContain(reason)
  await listener.welcome(hellos.pull)
  await opened.at(0)
  redial.close()
  listener.close()
})

test('a peer that leaves in its hello is dialled again', async () => {
  const path = paths()
  const listener = new RawListener(path)
  const { redial, retried } = dial(path)
  const peer = await listener.accept()
  peer.socket.end(Buffer.from('00535000', 'hex'))
  expect((await retried.at(0)).reason).toBe('The peer closed the connection before its hello')
  await listener.accept()
  redial.close()
  listener.close()
})

test('a hello may come in pieces', async () => {
  const path = paths()
  const listener = new RawListener(path)
  const { redial, opened } = dial(path)
  const peer = await listener.accept()
  for (let at = 0; at < hellos.pull.length; at += 2) {
    expect(opened.all).toHaveLength(0)
    peer.write(hellos.pull.slice(at, at + 2))
    await turns(5)
  }
  await opened.at(0)
  redial.close()
  listener.close()
})

test('closed during a dial, a pause or the hello, it dials no more and calls nobody', async () => {
  const path = paths()
  const dialling = dial(path)
  dialling.redial.close()

  const waiting = dial(path)
  await waiting.retried.at(0)
  waiting.redial.close()

  const listener = new RawListener(path)
  const greeting = dial(path)
  const peer = await listener.accept()
  greeting.redial.close()
  await peer.closed

  const open = dial(path)
  const last = await listener.welcome(hellos.pull)
  await open.opened.at(0)
  open.redial.close()
  await last.closed

  await new Promise(resolve => setTimeout(resolve, 30))
  expect(dialling.retried.all).toHaveLength(0)
  expect(waiting.retried.all).toHaveLength(1)
  expect(greeting.retried.all).toHaveLength(0)
  expect([...greeting.lost.all, ...open.lost.all]).toHaveLength(0)
  listener.close()
})

test.each([
  ['', 'it must name a file'],
  ['/tmp/a\0b', 'it must name a file'],
  [`/tmp/${'x'.repeat(103)}`, 'it has 108 bytes and the limit is 107; choose a shorter path'],
  [`/tmp/${'é'.repeat(52)}`, 'it has 109 bytes and the limit is 107; choose a shorter path'],
])('the path "%s" is refused', (path, reason) => {
  expect(() => dial(path)).toThrow(`Cannot use socket path "${path}": ${reason}`)
})

test('a path of 107 bytes is the longest', () => {
  expect(() => checkPath(`/tmp/${'x'.repeat(102)}`)).not.toThrow()
})
