import { once } from 'node:events'
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A server on loopback that receives the rows of a rule from a sink on this machine. */
export class RowReceiver {
  readonly #server: http.Server

  private constructor(server: http.Server) {
    this.#server = server
  }

  static async listen(took: (row: string) => void): Promise<RowReceiver> {
    const server = http.createServer((request, response) => {
      text(request)
        .then(took)
        .catch(() => {})
        .finally(() => response.end())
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new RowReceiver(server)
  }

  get url(): string {
    // A server that listens on a port has an address with a port.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
