import * as fs from 'node:fs'
import * as net from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import { onTestFinished } from 'vitest'
import { Channels } from '../../src/ekuiper/channels.js'
import { encodeCommand, encodePlace, encodeRequest } from '../../src/ekuiper/protocol.js'
import type { Kind } from '../../src/plugin/kind.js'
import type { RulePlace } from '../../src/plugin/rule-place.js'
import { encodeFrame, FrameReader } from '../../src/sp/frame.js'
import { encodeHello, helloLength } from '../../src/sp/header.js'
import { Pull } from '../../src/sp/pull.js'
import { Push } from '../../src/sp/push.js'

const place = { ruleId: 'rule1', opId: 'op', instanceId: 0 }

interface Given {
  meta?: RulePlace
  config?: Record<string, unknown>
}

/** The message with which eKuiper starts or stops a plugin, in `place` unless `meta` names another. */
export function command(
  action: 'start' | 'stop',
  kind: Kind,
  name: string,
  { meta = place, config = {} }: Given = {},
): string {
  return encodeCommand({ action, kind, name, place: meta, dataSource: '', props: config })
}

/** The message with which eKuiper calls a function. */
export const call = (...args: unknown[]): string =>
  encodeRequest({ func: 'Exec', arg: args, context: encodePlace(place) })

/** The engine's end of all channels, in a folder of its own. It does what a test tells it to. */
export class FakeEngine {
  readonly folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'kplug-channels-'))
  readonly channels = new Channels(this.folder)

  constructor() {
    onTestFinished(() => fs.rmSync(this.folder, { recursive: true, force: true }))
  }

  control = (packageName: string): Promise<Rep> => Rep.listen(this.channels.control(packageName))
  function = (name: string): Promise<Rep> => Rep.listen(this.channels.function(name))

  /** The rows of the source at `place`, as they come. */
  rows(): Promise<Inbox> {
    return inboxAt(this.channels.data(place))
  }

  /** The acknowledgements of a sink. */
  acknowledgements(sink: RulePlace = place): Promise<Inbox> {
    return inboxAt(this.channels.acknowledgements(sink))
  }

  /** Sends to a sink. */
  items(sink: RulePlace = place): (item: string | Buffer) => void {
    const push = new Push({ path: this.channels.data(sink), gather: 0 })
    onTestFinished(() => push.close())
    return item => void push.send(item)
  }
}

/** Messages that wait for a test to take them, and takers that wait for messages. */
export class Inbox {
  readonly received: string[] = []
  readonly #takers: ((message: string) => void)[] = []
  #taken = 0

  add(message: string): void {
    this.received.push(message)
    this.#takers.shift()?.(this.received[this.#taken++] ?? '')
  }

  next(): Promise<string> {
    const message = this.received[this.#taken]
    if (message === undefined) return new Promise(resolve => this.#takers.push(resolve))
    this.#taken += 1
    return Promise.resolve(message)
  }

  async take(count: number): Promise<string[]> {
    const messages: string[] = []
    while (messages.length < count) messages.push(await this.next())
    return messages
  }
}

async function inboxAt(file: string): Promise<Inbox> {
  const inbox = new Inbox()
  const pull = await Pull.listen({ path: file, take: message => inbox.add(message.toString()) })
  onTestFinished(() => pull.close())
  return inbox
}

/** A REP socket that listens: its peer's requests are read, and answered, one after the other. */
export class Rep {
  readonly requests = new Inbox()
  readonly #server: net.Server
  readonly #sockets = new Set<net.Socket>()
  #latest: { socket: net.Socket; id: Buffer } | undefined

  private constructor() {
    this.#server = net.createServer(socket => this.#accept(socket))
  }

  static async listen(file: string): Promise<Rep> {
    const rep = new Rep()
    await new Promise<void>(resolve => rep.#server.listen(file, resolve))
    onTestFinished(() => rep.close())
    return rep
  }

  #accept(socket: net.Socket): void {
    const reader = new FrameReader()
    let hello = 0
    this.#sockets.add(socket)
    socket.write(encodeHello('rep'))
    socket.on('error', () => {})
    socket.on('data', chunk => {
      const skipped = Math.min(helloLength - hello, chunk.length)
      hello += skipped
      reader.feed(chunk, skipped)
      for (let message = reader.next(); message; message = reader.next()) {
        this.#latest = { socket, id: Buffer.from(message.subarray(0, 4)) }
        this.requests.add(message.toString('utf8', 4))
      }
    })
  }

  next(): Promise<string> {
    return this.requests.next()
  }

  /** Replies to the latest request, which is how the engine asks, and answers the next one. */
  ask(text: string): Promise<string> {
    this.tell(text)
    return this.next()
  }

  tell(text: string): void {
    const { socket, id } = this.#latest ?? {}
    if (socket && id) socket.write(encodeFrame(Buffer.concat([id, Buffer.from(text)])))
  }

  /** Drops every connection, as a restarted engine does. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }

  close(): Promise<void> {
    this.drop()
    return new Promise(resolve => this.#server.close(() => resolve()))
  }
}
