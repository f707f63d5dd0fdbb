/** The other end of a connection, in plain bytes: it says what a test tells it to, and nothing else. */
import { once } from 'node:events'
import * as fs from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Paths in a folder of the test file's own, which goes when its tests are done. */
export function socketPaths(): (name?: string) => string {
  const folder = fs.mkdtempSync(join(tmpdir(), 'sp-'))
  let count = 0
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))
  return name => join(folder, name ?? `${(count += 1)}.ipc`)
}

export class RawPeer {
  readonly socket: Socket
  readonly closed: Promise<void>
  #received = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.socket = socket
    this.closed = new Promise(resolve => socket.once('close', () => resolve()))
    socket.on('error', () => {})
    socket.on('data', chunk => {
      this.#received = Buffer.concat([this.#received, chunk])
    })
  }

  /** The next `count` bytes. */
  async bytes(count: number): Promise<Buffer> {
    while (this.#received.length < count) await once(this.socket, 'data')
    const bytes = this.#received.subarray(0, count)
    this.#received = this.#received.subarray(count)
    return bytes
  }

  /** The next `count` bytes in hex. */
  async hex(count: number): Promise<string> {
    return (await this.bytes(count)).toString('hex')
  }

  /** The payload of the next frame. */
  async frame(): Promise<Buffer> {
    const header = await this.bytes(9)
    return this.bytes(Number(header.readBigUInt64BE(1)))
  }

  /** The next request: its id in hex, and its text. */
  async request(): Promise<{ id: string; text: string }> {
    const payload = await this.frame()
    return { id: payload.toString('hex', 0, 4), text: payload.toString('utf8', 4) }
  }

  write(hex: string): void {
    this.socket.write(Buffer.from(hex, 'hex'))
  }

  reply(id: string, text: string): void {
    this.write(frameHex(id + Buffer.from(text).toString('hex')))
  }

  close(): void {
    this.socket.destroy()
  }
}

export class RawListener {
  readonly server: Server
  readonly #accepted: RawPeer[] = []

  constructor(path: string) {
    this.server = createServer(socket => {
      this.#accepted.push(new RawPeer(socket))
      this.server.emit('peer')
    })
    this.server.listen(path)
  }

  async accept(): Promise<RawPeer> {
    for (;;) {
      const peer = this.#accepted.shift()
      if (peer) return peer
      await once(this.server, 'peer')
    }
  }

  /** Accepts a connection and exchanges hellos on it. */
  async welcome(hello: string): Promise<RawPeer> {
    const peer = await this.accept()
    peer.write(hello)
    await peer.bytes(8)
    return peer
  }

  close(): void {
    for (const peer of this.#accepted) peer.close()
    this.server.close()
  }
}

export async function dialRaw(path: string): Promise<RawPeer> {
  const socket = connect(path)
  await once(socket, 'connect')
  return new RawPeer(socket)
}

/** A frame around a payload, both in hex. */
export function frameHex(payload: string): string {
  return `01${(payload.length / 2).toString(16).padStart(16, '0')}${payload}`
}

export const hellos = {
  req: '0053500000300000',
  rep: '0053500000310000',
  push: '0053500000500000',
  pull: '0053500000510000',
} as const

/** A list that tells when it has grown. */
export class Heard<T> {
  readonly all: T[] = []
  #waiting: (() => void)[] = []

  readonly add = (item: T): void => {
    this.all.push(item)
    for (const wake of this.#waiting.splice(0)) wake()
  }

  /** Waits for the item at `index`. */
  async at(index: number): Promise<T> {
    while (this.all.length <= index) await new Promise<void>(resolve => this.#waiting.push(resolve))
    const item = this.all[index]
    if (item === undefined) throw new Error('Cannot wait for an item that is undefined')
    return item
  }
}

/** A promise that a test settles when it likes. */
export function gate<T>(): { promise: Promise<T>; open: (value: T) => void } {
  let open: (value: T) => void = () => {}
  const promise = new Promise<T>(resolve => {
    open = resolve
  })
  return { promise, open }
}

/** Lets everything happen that is ready to. */
export async function turns(count = 50): Promise<void> {
  for (let n = 0; n < count; n += 1) await new Promise(resolve => setImmediate(resolve))
}
