import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Limits the number of connections. One more closes the connection that has been idle longest, so a client that opens
 * many idle connections only closes its own, and the server remains available.
 */
export class Connections {
  readonly #limit: number
  /** Ordered by their last response. */
  readonly #quiet = new Set<Socket>()
  readonly #busy = new Set<Socket>()
  #ending = false

  constructor(server: Server, limit: number) {
    this.#limit = limit
    server.on('connection', (socket: Socket) => this.#opened(socket))
  }

  /** Closes each connection as soon as it waits for no response. */
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

  /** Call this for each request: its connection is busy until the response is sent. */
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
