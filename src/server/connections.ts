import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Keeps a server to a number of connections. One more ends the one that has been quiet for longest, so that whoever
 * opens many and says nothing only ends their own, and the server answers all the while.
 */
export class Connections {
  readonly #limit: number
  /** In the order of their last answer. */
  readonly #quiet = new Set<Socket>()
  readonly #busy = new Set<Socket>()
  #ending = false

  constructor(server: Server, limit: number) {
    this.#limit = limit
    server.on('connection', (socket: Socket) => this.#opened(socket))
  }

  /** Ends each connection once it waits for no answer. */
  end(): void {
    this.#ending = true
    for (const socket of this.#quiet) socket.destroy()
  }

  #opened(socket: Socket): void {
    this.#quiet.add(socket)
    socket.once('close', () => {
      this.#quiet.delete(socket)
      this.#busy.delete(socket)
    })
    if (this.#quiet.size + this.#busy.size <= this.#limit) return
    const [quietest] = this.#quiet
    quietest?.destroy()
  }

  /** To be told of each request: its connection is busy until it is answered. */
  asked({ socket }: IncomingMessage, response: ServerResponse): void {
    this.#quiet.delete(socket)
    this.#busy.add(socket)
    response.once('close', () => this.#answered(socket))
  }

  #answered(socket: Socket): void {
    this.#busy.delete(socket)
    if (this.#ending) socket.end()
    else if (!socket.destroyed) this.#quiet.add(socket)
  }
}
