import type { DialOptions } from './dial-options.js'
import type { OversizedFrame, Payload } from './frame.js'
import { linger } from './linger.js'
import type { Pipe } from './pipe.js'
import { Redial } from './redial.js'
import { decodeReply, encodeRequest, firstRequestId, nextRequestId } from './request.js'

export interface ReqOptions extends DialOptions {
  /** The first request on every connection. */
  greeting: Payload
  /**
   * Returns the answer to a reply, which is the next request. It must not throw or reject. The reply is valid until it
   * returns. If the connection is lost meanwhile, the answer is dropped, and the next connection does not wait for it.
   */
  answer(reply: Buffer): Payload | Promise<Payload>
  /** The longest reply to take, in bytes. */
  limit?: number | undefined
  /** Returns the answer to a longer reply, which was skipped. Without this, such a reply ends the connection. */
  refuse?: ((reply: OversizedFrame) => Payload) | undefined
}

const scratchLength = 4096

/**
 * A REQ socket whose replies are commands: it dials a REP socket, sends the greeting, and answers each reply with a
 * request. A reply to any other request than the last one is ignored. A request is never sent twice: between living
 * peers a unix socket loses nothing, and the engine would read a second greeting as the answer to a command.
 *
 * Throws if a socket cannot have this path. If nobody listens there, it dials until somebody does.
 *
 * @example
 * const channel = new Req({ path: '/tmp/func_Echo.ipc', greeting: 'handshake', answer: reply => reply })
 * await channel.close()
 */
export class Req {
  readonly #options: ReqOptions
  readonly #redial: Redial
  readonly #scratch = Buffer.allocUnsafe(scratchLength)
  #id = firstRequestId()
  #outstanding = false
  #pipe: Pipe | undefined
  #closing: Promise<void> | undefined

  constructor(options: ReqOptions) {
    this.#options = options
    this.#redial = new Redial({
      path: options.path,
      limit: options.limit,
      protocol: 'req',
      onOpen: pipe => this.#greet(pipe),
      onMessage: (message, pipe) => this.#take(message, pipe),
      onOversized: options.refuse && ((reply, pipe) => this.#refuse(reply, pipe)),
      onLoss: reason => this.#lost(reason),
      onRetry: options.onRetry,
    })
  }

  /** Waits up to a second until an answer has been sent, then ends the connection. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const pipe = this.#pipe
    this.#pipe = undefined
    if (pipe && !pipe.idle) await linger(pipe.drained())
    this.#redial.close()
  }

  #greet(pipe: Pipe): void {
    if (this.#closing) return
    this.#pipe = pipe
    this.#request(this.#options.greeting, pipe)
    this.#options.onConnect?.()
  }

  #take(message: Buffer, pipe: Pipe): void {
    const reply = this.#outstanding && this.#pipe === pipe ? decodeReply(message, this.#id) : undefined
    if (reply === undefined) return
    this.#outstanding = false
    const answer = this.#options.answer(reply)
    // Without a promise if possible: every call of a function takes this path.
    if (isPayload(answer)) this.#request(answer, pipe)
    else void answer.then(later => this.#request(later, pipe))
  }

  #refuse(reply: OversizedFrame, pipe: Pipe): void {
    const answer = this.#outstanding ? this.#options.refuse?.(reply) : undefined
    if (answer !== undefined) this.#request(answer, pipe)
  }

  #request(payload: Payload, pipe: Pipe): void {
    if (this.#pipe !== pipe) return
    this.#id = nextRequestId(this.#id)
    this.#outstanding = true
    pipe.write(encodeRequest(this.#id, payload, pipe.idle ? this.#scratch : undefined))
  }

  #lost(reason: Error): void {
    this.#pipe = undefined
    this.#options.onLoss?.(reason)
  }
}

function isPayload(answer: Payload | Promise<Payload>): answer is Payload {
  return typeof answer === 'string' || Buffer.isBuffer(answer)
}
