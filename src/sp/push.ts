import type { DialOptions } from './dial-options.js'
import { Batch } from './batch.js'
import type { Payload } from './frame.js'
import { linger } from './linger.js'
import type { Pipe } from './pipe.js'
import { Redial } from './redial.js'

export interface PushOptions extends DialOptions {
  /** The bytes to gather for one write. 0 sends each message at once. Default: 32 KiB. */
  gather?: number | undefined
}

const defaultGather = 32 * 1024
const smallestRoom = 256
// A peer that reads as fast as we write would starve the event loop. After so many bytes the others get their turn.
const turnLimit = 512 * 1024

/**
 * A PUSH socket: it dials a PULL socket, and sends messages in order, each at most once. While nobody listens there,
 * messages are gathered until `send` returns `false`. Messages that were written to a connection are lost with it.
 *
 * Throws if a socket cannot have this path.
 *
 * @example
 * const rows = new Push({ path: '/tmp/rule_op_0.ipc' })
 * if (!rows.send('{"message":{}}')) await rows.drained()
 * await rows.close()
 */
export class Push {
  readonly #options: PushOptions
  readonly #redial: Redial
  readonly #limit: number
  readonly #batch: Batch
  #pipe: Pipe | undefined
  #turn: NodeJS.Immediate | undefined
  #leftInTurn = turnLimit
  #closing: Promise<void> | undefined
  #closed = false
  #waitingForRoom: (() => void)[] = []
  #waitingForAll: (() => void)[] = []

  constructor(options: PushOptions) {
    this.#options = options
    this.#limit = options.gather ?? defaultGather
    this.#batch = new Batch(Math.max(this.#limit * 2, smallestRoom))
    this.#redial = new Redial({
      path: options.path,
      protocol: 'push',
      onOpen: pipe => this.#opened(pipe),
      // A PULL socket sends nothing.
      onMessage: () => {},
      onLoss: reason => this.#lost(reason),
      onRetry: options.onRetry,
    })
  }

  /** The bytes gathered that no connection has taken yet. */
  get gathered(): number {
    return this.#batch.length
  }

  /**
   * Takes a message. Returns `false` if the caller should wait for `drained`: the message is not lost, but sending on
   * would fill the memory. Throws after `close`.
   */
  send(message: Payload): boolean {
    if (this.#closing) throw new Error(`Cannot send to "${this.#options.path}": the channel is closed`)
    this.#batch.add(message)
    this.#turn ??= setImmediate(this.#endTurn)
    if (this.#batch.length >= this.#limit) this.#write()
    return this.#hasRoom()
  }

  /** Resolves when there is room for more, or the socket is closed. */
  drained(): Promise<void> {
    if (this.#closed || this.#hasRoom()) return Promise.resolve()
    return new Promise(resolve => this.#waitingForRoom.push(resolve))
  }

  /** Writes what is gathered without waiting for more. Resolves when all of it has been sent, or the socket is closed. */
  flush(): Promise<void> {
    this.#write()
    if (this.#closed || this.#hasLeft()) return Promise.resolve()
    return new Promise(resolve => this.#waitingForAll.push(resolve))
  }

  /** Waits up to a second until what is gathered has been sent, then ends the connection. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await linger(this.flush())
    this.#closed = true
    clearImmediate(this.#turn)
    this.#redial.close()
    this.#settle(this.#waitingForRoom)
    this.#settle(this.#waitingForAll)
  }

  #opened(pipe: Pipe): void {
    this.#pipe = pipe
    this.#goOn()
    this.#options.onConnect?.()
  }

  #lost(reason: Error): void {
    this.#pipe = undefined
    this.#options.onLoss?.(reason)
  }

  #hasRoom(): boolean {
    return (this.#batch.length === 0 || this.#batch.length < this.#limit) && this.#leftInTurn > 0
  }

  #hasLeft(): boolean {
    return this.#batch.length === 0 && (this.#pipe === undefined || this.#pipe.idle)
  }

  // Only one batch is ever on its way, so its buffer is free again when the other one is full.
  #write(): void {
    const pipe = this.#pipe
    if (this.#batch.length === 0 || !pipe?.idle) return
    this.#leftInTurn -= this.#batch.length
    this.#turn ??= setImmediate(this.#endTurn)
    if (!pipe.write(this.#batch.take())) void pipe.drained().then(() => this.#goOn())
  }

  readonly #endTurn = (): void => {
    this.#turn = undefined
    this.#leftInTurn = turnLimit
    this.#goOn()
  }

  #goOn(): void {
    this.#write()
    if (this.#hasRoom()) this.#waitingForRoom = this.#settle(this.#waitingForRoom)
    if (this.#hasLeft()) this.#waitingForAll = this.#settle(this.#waitingForAll)
  }

  #settle(waiting: (() => void)[]): [] {
    for (const resolve of waiting) resolve()
    return []
  }
}
