import * as fs from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { checkPath } from './address.js'
import type { OversizedFrame } from './frame.js'
import { acceptPipe, type Pipe } from './pipe.js'

export interface PullOptions {
  /** The unix socket to listen on. */
  path: string
  /**
   * Takes one message at a time, in order. If it returns a promise, the next message and the senders wait for it. It must
   * not throw or reject. The message may be kept.
   */
  take(message: Buffer): void | Promise<void>
  /** The longest message to take, in bytes. */
  limit?: number | undefined
  /** A longer message was skipped. Without this, such a message ends its connection. */
  onOversized?: ((message: OversizedFrame) => void) | undefined
  /** A connection ended. Senders close theirs that way, so it may not be a fault. */
  onLoss?: ((reason: Error) => void) | undefined
}

/** A PULL socket that listens. */
export class Pull {
  readonly #options: PullOptions
  readonly #server: Server
  readonly #pipes = new Set<Pipe>()
  #busy = false

  private constructor(options: PullOptions) {
    this.#options = options
    this.#server = createServer(socket => this.#accept(socket))
  }

  /**
   * Listens for PUSH sockets. Resolves when they can dial. A socket file without a listener is replaced. Rejects if
   * another process listens there, or a socket cannot have this path.
   *
   * @example
   * const rows = await Pull.listen({ path: '/tmp/rule_op_0.ipc', take: message => console.log(message.toString()) })
   * await rows.close()
   */
  static async listen(options: PullOptions): Promise<Pull> {
    checkPath(options.path)
    const pull = new Pull(options)
    await pull.#listen()
    return pull
  }

  async #listen(): Promise<void> {
    const { path } = this.#options
    try {
      await listenOn(this.#server, path)
    } catch (error) {
      if (!isCode(error, 'EADDRINUSE')) throw error
      await removeDeadSocket(path, error)
      await listenOn(this.#server, path)
    }
    // If a connection cannot be accepted, for lack of a file descriptor, the other side dials again.
    this.#server.on('error', error => this.#options.onLoss?.(error))
  }

  /** Takes no further message, ends all connections, and removes the socket's file. */
  close(): Promise<void> {
    for (const pipe of this.#pipes) pipe.close()
    this.#pipes.clear()
    return new Promise(resolve => this.#server.close(() => resolve()))
  }

  #accept(socket: Socket): void {
    const pipe = acceptPipe(socket, {
      protocol: 'pull',
      limit: this.#options.limit,
      onOversized: this.#options.onOversized,
      onMessage: message => this.#take(message),
      onLoss: (reason, lost) => {
        this.#pipes.delete(lost)
        this.#options.onLoss?.(reason)
      },
    })
    this.#pipes.add(pipe)
    if (this.#busy) pipe.pause()
  }

  #take(message: Buffer): void {
    const taken = this.#options.take(message)
    if (taken === undefined) return
    this.#busy = true
    for (const pipe of this.#pipes) pipe.pause()
    void taken.then(() => this.#goOn())
  }

  // Each pipe delivers at most what it holds, so no pipe starves the others.
  #goOn(): void {
    this.#busy = false
    for (const pipe of this.#pipes) {
      if (this.#busy) return
      pipe.resume()
    }
  }
}

function listenOn(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
    // Node.js has bound the path by now. Who may write to the file of a socket may dial it: only our own user.
    if (server.listening) fs.chmodSync(path, 0o600)
  })
}

async function removeDeadSocket(path: string, cause: unknown): Promise<void> {
  if (!fs.lstatSync(path).isSocket()) {
    throw new Error(`Cannot listen on "${path}": the file there is not a socket; remove it`, { cause })
  }
  if (await isAlive(path)) {
    throw new Error(`Cannot listen on "${path}": another process listens there; end it first`, { cause })
  }
  fs.unlinkSync(path)
}

/** Whether a process listens on a socket. */
export function isAlive(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    // Only a refusal proves that nobody listens. A full queue does not.
    probe.once('error', error => resolve(!isCode(error, 'ECONNREFUSED')))
  })
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
