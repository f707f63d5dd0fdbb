import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** How a fake engine misbehaves. */
export interface Faults {
  /** Versions that are refused when they are installed, with these words. */
  refuses?: Record<string, string>
  /** Versions whose process ends after it ran for so many looks at its status. */
  dies?: Record<string, number>
  token?: string
  /** What `GET /` says. */
  version?: string
  /** Breaks every answer off in the middle. */
  breaksOff?: boolean
}

/** As much of an engine's REST service as pushing needs, in memory. */
export class FakeEngine {
  url = ''
  /** What was asked, in order: `PUT /plugins/portables/things`. */
  readonly asked: string[] = []
  readonly uploads = new Map<string, string>()
  installed: { name: string; version: string } | undefined
  readonly #faults: Faults
  #looks = 0

  constructor(faults: Faults = {}) {
    this.#faults = faults
  }

  static async start(faults: Faults = {}): Promise<FakeEngine> {
    const engine = new FakeEngine(faults)
    const server = createServer((request, response) => void engine.#answer(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    // A server that listens on a port has an address with a port.
    engine.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    onTestFinished(() => {
      server.close()
      server.closeAllConnections()
    })
    return engine
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request
    this.asked.push(`${method} ${url}`)
    const body = await text(request)
    if (this.#faults.breaksOff) {
      response.writeHead(200, { 'content-length': 1000 }).write('{"ver')
      response.socket?.destroySoon()
      return
    }
    const [status, answer] = this.#route(`${method} ${url}`, body, request.headers.authorization)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  }

  #route(what: string, body: string, token: string | undefined): [number, unknown] {
    if (this.#faults.token !== undefined && token !== this.#faults.token) return [401, 'missing_token']
    if (what === 'GET /') return [200, { version: this.#faults.version ?? '2.4.0' }]
    if (what === 'GET /plugins/portables') return [200, this.installed ? [this.#described()] : []]
    if (what === 'GET /config/uploads') return [200, [...this.uploads.values()]]
    if (what === 'POST /config/uploads') return this.#upload(body)
    if (what.endsWith('/status')) return [200, this.#status()]
    if (/^(POST|PUT) \/plugins\/portables/.test(what)) return this.#install(body)
    if (what.startsWith('DELETE /config/uploads/')) {
      this.uploads.delete(decodeURIComponent(what.split('/').at(-1) ?? ''))
      return [200, '']
    }
    if (what.startsWith('DELETE /plugins/portables/')) {
      this.installed = undefined
      return [200, 'portable plugin is deleted']
    }
    return [404, { error: 1002, message: 'not found' }]
  }

  #described() {
    return { ...this.installed, sources: [], sinks: [], functions: ['reverse'] }
  }

  #upload(body: string): [number, unknown] {
    const name = /filename="([^"]+)"/.exec(body)?.[1] ?? ''
    this.uploads.set(name, `/engine/data/uploads/${name}`)
    return [201, `/engine/data/uploads/${name}`]
  }

  #install(body: string): [number, unknown] {
    const { name, file }: { name: string; file: string } = JSON.parse(body)
    const version = /@\d+-(.+)-[0-9a-f]{8}\.zip$/.exec(file)?.[1] ?? ''
    this.installed = undefined
    this.#looks = 0
    const refusal = this.#faults.refuses?.[version]
    if (refusal !== undefined) return [400, { error: 1000, message: refusal }]
    this.installed = { name, version }
    return [201, 'portable plugin is created']
  }

  #status() {
    this.#looks += 1
    const dies = this.#faults.dies?.[this.installed?.version ?? ''] ?? Infinity
    if (this.installed === undefined || this.#looks > dies) {
      return { status: 'error', errMsg: 'process exited with 1', refCount: {} }
    }
    return { status: 'running', errMsg: '', refCount: { r1: 1 } }
  }
}
