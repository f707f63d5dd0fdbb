import { once } from 'node:events'
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { isSystemError, systemReason } from '../errors/system-error.js'
import { UsageError } from '../errors/usage-error.js'
import { kplugVersion } from '../project/installation.js'
import { Access, isLoopback } from './access.js'
import { Connections } from './connections.js'
import { type Folders, liveInventory } from './inventory.js'
import { Responder } from './responder.js'

/** The limits for every client; times in milliseconds. */
interface Limits {
  /** For the request line and the headers together. */
  headerBytes: number
  connections: number
  /** Within which a client must send a complete request. */
  requestTime: number
  /** Within which a client must receive more data of a zip. */
  quietTime: number
  /** For responses in progress when the server stops. */
  stopTime: number
}

const defaultLimits: Limits = {
  headerBytes: 8192,
  connections: 500,
  requestTime: 10_000,
  quietTime: 30_000,
  stopTime: 5000,
}

export interface ServerOptions {
  folders: Folders
  host: string
  /** 0 selects a free port. */
  port: number
  /** The token that clients must send; undefined for none. */
  token: string | undefined
  /** Called with errors that prevent responses. */
  warn: (sentence: string) => void
  limits?: Partial<Limits>
}

export interface RunningServer {
  url: string
  /** Whether the server listens on loopback only. */
  local: boolean
  /** Accepts no more requests, sends the responses in progress, and resolves when everything is closed. */
  stop: () => Promise<void>
}

/**
 * Serves the contents of the folders over HTTP. It accepts requests when this resolves.
 *
 * @throws UsageError if the folders cannot be read, or the server cannot listen on the address
 */
export async function startServer({
  folders,
  host,
  port,
  token,
  warn,
  limits,
}: ServerOptions): Promise<RunningServer> {
  const limit = { ...defaultLimits, ...limits }
  const inventory = liveInventory(folders)
  await inventory.get()
  const server = http.createServer({
    maxHeaderSize: limit.headerBytes,
    headersTimeout: limit.requestTime,
    requestTimeout: limit.requestTime,
    connectionsCheckingInterval: limit.requestTime / 10,
  })
  const connections = new Connections(server, limit.connections)
  const address = await listen(server, host, port)
  const local = isLoopback(address.address)
  const started = performance.now()
  const upTimeSeconds = (): number => Math.floor((performance.now() - started) / 1000)
  const responder = new Responder({
    access: new Access(token, local),
    inventory,
    packages: folders.packages,
    quietTime: limit.quietTime,
    server: { version: kplugVersion(), demandsToken: token !== undefined, upTimeSeconds },
    warn,
  })
  server.on('request', (request, response) => {
    connections.asked(request, response)
    void responder.respond(request, response)
  })
  return { url: urlOf(address), local, stop: () => stop(server, connections, limit.stopTime) }
}

async function listen(server: http.Server, host: string, port: number): Promise<AddressInfo> {
  try {
    server.listen({ host, port })
    await once(server, 'listening')
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new UsageError(`Cannot listen on ${host}:${port}: ${listenReason(error)}`, { cause: error })
  }
  // A server that listens on a port has an address object, not a path.
  return server.address() as AddressInfo
}

function listenReason(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE')
    return 'the port is in use; choose another with "--port", or 0 for a free one'
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return 'this machine has no such address; choose another with "--host"'
  return systemReason(error)
}

const urlOf = ({ address, family, port }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`

async function stop(server: http.Server, connections: Connections, time: number): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  connections.end()
  const impatience = setTimeout(() => server.closeAllConnections(), time)
  await closed
  clearTimeout(impatience)
}
