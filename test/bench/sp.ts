/**
 * How fast the wire is, beside bare loops over `node:net` with the same framing. Each figure is the median of rounds in
 * turn; only the ratios mean something. As a process of its own it is one of the peers.
 */
import { fork } from 'node:child_process'
import * as fs from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeFrame } from '../../src/sp/frame.js'
import { encodeHello } from '../../src/sp/header.js'
import type { Figure } from './figure.js'
import { median, medianRatio } from './rounds.js'
import { peers } from './sp-peers.js'

const command =
  '{"func":"Exec","arg":[30.5,"{\\"ruleId\\":\\"r_hot\\",\\"opId\\":\\"2_project\\",\\"instanceId\\":0,\\"funcId\\":0}"]}'
const row = Buffer.from(
  JSON.stringify({ message: { at: 1_795_292_668, temperature: 30.5, device: 'a-device-name' }, meta: {} }),
)

const calls = 20_000
const rows = 3_000_000

/** Plays the engine for one child: resolves with the seconds that the measured part took. */
type Play = (path: string, ready: Promise<void>, done: Promise<void>) => Promise<number>

const plays: Record<string, { count: number; play: Play }> = {
  req: { count: calls, play: playRep },
  push: { count: rows, play: playPull },
  pull: { count: rows, play: playPush },
}

function playRep(path: string): Promise<number> {
  const reply = encodeFrame(Buffer.concat([Buffer.alloc(4), Buffer.from(command)]))
  return listenOnce(path, (socket, finish) => {
    let left = calls + 2000
    let began = 0
    let greeted = false
    socket.write(encodeHello('rep'))
    socket.on('data', chunk => {
      const at = greeted ? 0 : 8
      greeted = true
      if (chunk.length <= at) return
      left -= 1
      if (left === calls) began = performance.now()
      if (left === 0) return finish(performance.now() - began)
      chunk.copy(reply, 9, at + 9, at + 13)
      socket.write(reply)
    })
  })
}

function playPull(path: string): Promise<number> {
  return listenOnce(path, (socket, finish) => {
    let left = (rows + 50_000) * (row.length + 9)
    const end = rows * (row.length + 9)
    let began = 0
    socket.write(encodeHello('pull'))
    socket.on('data', chunk => {
      left -= chunk.length
      if (began === 0 && left <= end) began = performance.now()
      if (left <= 0) finish(performance.now() - began)
    })
  })
}

async function playPush(path: string, ready: Promise<void>, done: Promise<void>): Promise<number> {
  await ready
  const socket = connect(path)
  socket.on('error', () => {})
  socket.write(encodeHello('push'))
  const frame = encodeFrame(row)
  const count = 500
  const block = Buffer.concat(Array.from({ length: count }, () => frame))
  const began = performance.now()
  for (let sent = 0; sent < rows; sent += count) {
    if (!socket.write(block)) await new Promise(resolve => socket.once('drain', resolve))
  }
  await done
  socket.destroy()
  return performance.now() - began
}

function listenOnce(
  path: string,
  serve: (socket: Socket, finish: (ms: number) => void) => void,
): Promise<number> {
  return new Promise(resolve => {
    const server = createServer(socket => {
      socket.on('error', () => {})
      serve(socket, ms => {
        socket.destroy()
        server.close(() => resolve(ms))
      })
    })
    server.listen(path)
  })
}

async function round(kind: string, peer: string, path: string): Promise<number> {
  const { count, play } = plays[kind] ?? { count: 0, play: playRep }
  const env = { ...process.env }
  delete env['NODE_EXTRA_CA_CERTS']
  const child = fork(import.meta.filename, ['--peer', kind, peer, path], { env })
  const told: Record<string, () => void> = {}
  const ready = new Promise<void>(resolve => (told['"ready"'] = resolve))
  const done = new Promise<void>(resolve => (told['"done"'] = resolve))
  child.on('message', word => told[JSON.stringify(word)]?.())
  const ms = await play(path, ready, done)
  child.kill('SIGKILL')
  return (count / ms) * 1000
}

const rounds = 7

export async function measure(): Promise<Figure[]> {
  const folder = fs.mkdtempSync(join(tmpdir(), 'sp-bench-'))
  const rates = new Map<string, number[]>()
  for (let n = 0; n < rounds; n += 1) {
    for (const [kind, list] of Object.entries(peers)) {
      for (const peer of Object.keys(list)) {
        const key = `${kind} ${peer}`
        const rate = await round(kind, peer, join(folder, `${kind}.${peer}.${n}`))
        rates.set(key, [...(rates.get(key) ?? []), rate])
      }
    }
  }
  fs.rmSync(folder, { recursive: true })
  return [...rates].flatMap(([key, ours]) => {
    const bare = rates.get(`${key.split(' ')[0]} bare`) ?? []
    return key.endsWith(' bare') ? [] : [figureOf(key, ours, bare)]
  })
}

const figureOf = (what: string, ours: number[], bare: number[]): Figure => ({
  what,
  ours: median(ours),
  unit: '/s',
  peer: { what: 'bare loop', value: median(bare) },
  ratio: medianRatio(ours, bare),
})

if (process.argv[2] === '--peer') {
  const [kind = '', peer = '', path = ''] = process.argv.slice(3)
  peers[kind]?.[peer]?.({
    path,
    row,
    rows: rows + 50_000,
    expected: rows,
    tell: word => process.send?.(word),
  })
}
