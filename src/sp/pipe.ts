import { connect, type Socket } from 'node:net'
import { FrameReader, type OversizedFrame } from './frame.js'
import { checkHello, encodeHello, helloLength, type Protocol } from './header.js'

/** The protocol and the callbacks of a connection. No callback may throw. */
export interface PipeOptions {
  protocol: Protocol
  /** The longest message to take, in bytes. */
  limit?: number | undefined
  /** Both hellos have arrived: messages may be sent. */
  onOpen?(pipe: Pipe): void
  /** On a dialled connection the message is valid until the callback returns: copy what is kept. */
  onMessage(message: Buffer, pipe: Pipe): void
  /** A message beyond the limit was skipped. Without this, such a message ends the connection. */
  onOversized?: ((frame: OversizedFrame, pipe: Pipe) => void) | undefined
  /** The connection has ended, and `close` was not the reason. Called at most once, and last. */
  onLoss(reason: Error, pipe: Pipe): void
}

/** A connection, dialled or accepted. It sends a hello, then carries frames both ways until it is closed or lost. */
export class Pipe {
  readonly #socket: Socket
  readonly #options: PipeOptions
  readonly #reader: FrameReader
  readonly #hello = Buffer.alloc(helloLength)
  #helloHeld = 0
  #closed = false
  #paused = false
  #delivering = false
  #loss: Error | undefined
  #waiting: (() => void)[] = []

  /** `socket` must give its bytes to `take`. */
  constructor(socket: Socket, options: PipeOptions) {
    this.#socket = socket
    this.#options = options
    const { limit, onOversized } = options
    this.#reader = new FrameReader(limit, onOversized && (frame => onOversized(frame, this)))
    socket.on('error', error => this.#lose(error))
    socket.on('end', () => this.#lose(this.#endReason()))
    socket.on('close', () => this.#lose(this.#endReason()))
  }

  /** Whether everything written has been sent: its buffers may be reused, and more may be written. */
  get idle(): boolean {
    return this.#socket.writable && this.#socket.writableLength === 0
  }

  /** Sends our hello. */
  greet(): void {
    this.write(encodeHello(this.#options.protocol))
  }

  /** Writes whole frames. Returns whether they have been sent; if not, `drained` resolves when they have. */
  write(frames: Buffer): boolean {
    // Always the same callback: Node then settles many writes in one tick.
    this.#socket.write(frames, this.#settle)
    return this.idle
  }

  /** Resolves when everything written has been sent, or the connection has ended. */
  drained(): Promise<void> {
    if (this.#closed || this.idle) return Promise.resolve()
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  /** Delivers no message until `resume`. What has arrived is kept. */
  pause(): void {
    this.#paused = true
    this.#socket.pause()
  }

  resume(): void {
    this.#paused = false
    // If a message resumes, the delivery that it is part of continues.
    if (!this.#delivering && !this.#closed) this.#deliver()
    if (this.#paused || this.#closed) return
    if (this.#loss) this.#lose(this.#loss)
    else this.#socket.resume()
  }

  /** Ends the connection at once, without a callback. */
  close(): void {
    this.#closed = true
    this.#socket.destroy()
    this.#settle()
  }

  /** Receives `length` bytes of `chunk`, which must not change while the pipe is paused. */
  take(chunk: Buffer, length: number): void {
    if (this.#closed) return
    const at = this.#helloHeld < helloLength ? this.#takeHello(chunk, length) : 0
    if (this.#closed) return
    this.#reader.feed(chunk, at, length)
    if (!this.#paused) this.#deliver()
  }

  #takeHello(chunk: Buffer, length: number): number {
    const count = chunk.copy(this.#hello, this.#helloHeld, 0, length)
    this.#helloHeld += count
    if (this.#helloHeld === helloLength && this.#isPeer()) this.#options.onOpen?.(this)
    return count
  }

  #isPeer(): boolean {
    try {
      checkHello(this.#hello, this.#options.protocol)
      return true
    } catch (error) {
      this.#refuse(error)
      return false
    }
  }

  #deliver(): void {
    this.#delivering = true
    while (!this.#paused && !this.#closed) {
      const message = this.#next()
      if (message === undefined) break
      this.#options.onMessage(message, this)
    }
    this.#delivering = false
  }

  #next(): Buffer | undefined {
    try {
      return this.#reader.next()
    } catch (error) {
      this.#refuse(error)
      return undefined
    }
  }

  #refuse(error: unknown): void {
    this.#lose(error instanceof Error ? error : new Error(String(error)))
  }

  /** A paused pipe still delivers the messages that came before its end. */
  #lose(reason: Error): void {
    if (this.#closed) return
    this.#loss ??= reason
    if (this.#paused) return
    this.close()
    this.#options.onLoss(this.#loss, this)
  }

  #endReason(): Error {
    if (this.#helloHeld < helloLength) return new Error('The peer closed the connection before its hello')
    return new Error(
      `The peer closed the connection${this.#reader.insideFrame ? ' in the middle of a message' : ''}`,
    )
  }

  readonly #settle = (): void => {
    if (this.#waiting.length === 0 || !(this.#closed || this.idle)) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

// One buffer takes every read: the best single lever on a call's time. Longer messages cost one copy.
const readLength = 4096

/** Dials a unix socket. A dial that fails is a loss. */
export function dialPipe(path: string, options: PipeOptions): Pipe {
  const buffer = Buffer.allocUnsafe(readLength)
  const socket = connect({ path, onread: { buffer, callback: take } })
  const pipe = new Pipe(socket, options)
  socket.once('connect', () => pipe.greet())
  return pipe

  function take(length: number): boolean {
    pipe.take(buffer, length)
    return true
  }
}

/** Takes over a connection that a server accepted. Its messages may be kept: every chunk is a new one. */
export function acceptPipe(socket: Socket, options: PipeOptions): Pipe {
  const pipe = new Pipe(socket, options)
  socket.on('data', chunk => pipe.take(chunk, chunk.length))
  pipe.greet()
  return pipe
}
