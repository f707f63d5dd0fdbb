import { once } from 'node:events'
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A server on loopback that receives the rows of a rule from a sink on this machine. */
export interface RowReceiver {
  url: string
  close: () => void
}

export async function receiveRows(took: (row: string) => void): Promise<RowReceiver> {
  const server = http.createServer((request, response) => {
    text(request)
      .then(took)
      .catch(() => {})
      .finally(() => response.end())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  // A server that listens on a port has an address with a port.
  const { port } = server.address() as AddressInfo
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}`, close }
}
