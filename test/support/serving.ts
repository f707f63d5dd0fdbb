import * as fs from 'node:fs'
import * as http from 'node:http'
import * as net from 'node:net'
import * as path from 'node:path'
import { onTestFinished } from 'vitest'
import type { Described } from '../../src/package/metadata.js'
import { describingEntries, type PackageEntry } from '../../src/package/entries.js'
import { zip } from '../../src/package/write-zip.js'
import type { PackagedPlugin } from '../../src/plugin/package-manifest.js'
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/server.js'
import { folderWith } from './folder.js'

export interface Reply {
  status: number
  type: string | undefined
  headers: http.IncomingHttpHeaders
  body: string
}

interface Asking {
  method?: string
  headers?: http.OutgoingHttpHeaders
  body?: string
}

/** Sends one request on a connection of its own. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Asking = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    // The path as it is written: URL would tidy it.
    const asked = url.replace(/^http:\/\/[^/]*/, '')
    const request = http.request({ hostname, port, path: asked, method, headers, agent: false }, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const type = response.headers['content-type']
        const text = Buffer.concat(chunks).toString('latin1')
        resolve({ status: response.statusCode ?? 0, type, headers: response.headers, body: text })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

export interface Served extends RunningServer {
  folder: string
  port: number
  warnings: string[]
  ask: (path: string, asking?: Asking) => Promise<Reply>
}

/** Serves a fresh folder with some files below it until the test has finished. */
export async function serving(
  files: Readonly<Record<string, string>> = {},
  options: Partial<ServerOptions> = {},
): Promise<Served> {
  const folder = folderWith(files)
  const warnings: string[] = []
  const server = await startServer({
    folders: { plugins: path.join(folder, 'plugins'), packages: path.join(folder, 'dist') },
    host: '127.0.0.1',
    port: 0,
    token: undefined,
    warn: sentence => warnings.push(sentence),
    ...options,
  })
  onTestFinished(() => server.stop())
  const port = Number(new URL(server.url).port)
  return { ...server, folder, port, warnings, ask: (at, asking) => ask(server.url + at, asking) }
}

/** Writes bytes to a server, and reads what comes until it ends the connection. */
export function exchange(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port })
    let received = ''
    socket.setEncoding('latin1').on('data', (text: string) => (received += text))
    // A server that ends a connection while we still write resets it: what it said is what counts.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      ['ECONNRESET', 'EPIPE'].includes(error.code ?? '') ? undefined : reject(error),
    )
    socket.on('close', () => resolve(received))
    socket.write(bytes, 'latin1')
  })
}

export const statusOf = (received: string): number => Number(received.slice(9, 12))

/** Puts a package into a folder's `dist`, made of what `pack` would write about some plugins. */
export async function putPackage(
  folder: string,
  { name = 'things', version = '1.0.0', plugins = somePlugins, assets = [] }: Partial<PackageSpec> = {},
): Promise<string> {
  const packaged = plugins.map(({ plugin: { kind, name: own } }): PackagedPlugin => {
    const symbol = own.slice(0, 1).toUpperCase() + own.slice(1)
    return { kind, name: own, symbol, version, file: `${kind}s/${symbol}@v${version}.js` }
  })
  const entries = describingEntries({
    manifest: { name, version, plugins: packaged },
    settings: { author: { name: 'Ada' } },
    described: [...plugins],
  })
  const file = path.join(folder, 'dist', `${name}-${version}.zip`)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(`${file}.part`, await zip([...entries, ...assets]))
  fs.renameSync(`${file}.part`, file)
  return file
}

interface PackageSpec {
  name: string
  version: string
  plugins: readonly Described[]
  assets: readonly PackageEntry[]
}

const interval = { type: 'integer', default: 5, description: 'Milliseconds' }

const somePlugins: readonly Described[] = [
  {
    plugin: { kind: 'source', name: 'ticks' },
    about: { description: 'Ticks' },
    config: { properties: { interval } },
    configurations: { fast: { interval: 1 } },
  },
  { plugin: { kind: 'sink', name: 'lamp' }, about: undefined, config: undefined },
  {
    plugin: { kind: 'function', name: 'twice' },
    about: { description: 'Doubles', args: [{ name: 'value', type: 'number' }] },
    config: undefined,
  },
]
