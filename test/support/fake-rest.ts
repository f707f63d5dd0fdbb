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

interface Installed {
  name: string
  version: string
  sources?: string[]
  sinks?: string[]
  functions?: string[]
}

/** A rule of a fake engine. */
interface FakeRule {
  sql?: string
  actions?: object[]
  options?: object
  /** What it answers for its state: counters among them. */
  status?: object
}

/** As much of an engine's REST service as pushing and looking needs, in memory. */
export class FakeEngine {
  url = ''
  /** What was asked, in order: `PUT /plugins/portables/things`. */
  readonly asked: string[] = []
  readonly uploads = new Map<string, string>()
  /** The package that is pushed. */
  installed: Installed | undefined
  /** The symbols of each version that is pushed. */
  symbols: Omit<Installed, 'name' | 'version'> = { functions: ['reverse'] }
  /** Packages that are there besides. */
  readonly others: Installed[] = []
  /** The state of the process of a package, where it is not running. */
  readonly states = new Map<string, { status: string; errMsg: string; refCount?: object } | 'missing'>()
  /** Where each package was installed from. */
  readonly from = new Map<string, string>()
  readonly rules: Record<string, FakeRule> = {}
  readonly streams: Record<string, string> = {}
  /** The named configurations of sources, and the forms of plugins, by path below `/metadata`. */
  readonly metadata: Record<string, object> = {}
  /** Sources whose default properties somebody set in the engine. */
  readonly set = new Set<string>()
  /** The rule test that was asked for last, and the row that it gives. */
  test: Record<string, unknown> = {}
  testRow: object | string = {}
  #listener: ServerResponse | undefined
  /** Runs before an answer is given. */
  before: (what: string) => void | Promise<void> = () => {}
  readonly #faults: Faults
  #looks = 0
  #refusesNext: string | undefined

  constructor(faults: Faults = {}) {
    this.#faults = faults
  }

  static async start(faults: Faults = {}): Promise<FakeEngine> {
    const engine = new FakeEngine(faults)
    const server = createServer((request, response) => void engine.#answer(request, response))
    // Of tests that run side by side, the one that runs now is known until something is awaited.
    onTestFinished(() => {
      server.close()
      server.closeAllConnections()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    // A server that listens on a port has an address with a port.
    engine.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return engine
  }

  /** Refuses the next install and leaves what is there, as the engine does where a name is taken. */
  refuseNext(message: string): void {
    this.#refusesNext = message
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request
    this.asked.push(`${method} ${url}`)
    if (url.startsWith('/test/')) return this.#publish(response)
    const body = await text(request)
    await this.before(`${method} ${url}`)
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
    if (what === 'GET /plugins/portables') return [200, this.#packages()]
    if (what === 'GET /data/export') return [200, this.#export()]
    if (what === 'GET /rules') return [200, Object.keys(this.rules).map(id => ({ id }))]
    if (what.includes('/metadata/')) return this.#metadata(what, body)
    if (what.startsWith('GET /v2/rules/')) return this.#ruleStatus(what.split('/')[3] ?? '')
    if (what === 'POST /rules') {
      const { id, ...rule } = JSON.parse(body)
      this.rules[id] = rule
      return [201, 'created']
    }
    if (what.startsWith('DELETE /rules/')) {
      delete this.rules[what.split('/')[2] ?? '']
      return [200, '']
    }
    if (what === 'POST /ruletest') return this.#prepareTest(body)
    if (/^POST \/ruletest\/\w+\/start/.test(what)) return this.#startTest()
    if (what === 'POST /streams') return this.#createStream(body)
    if (what.startsWith('GET /streams/')) {
      const datasource = /DATASOURCE="([^"]*)"/.exec(this.streams[what.split('/')[2] ?? ''] ?? '')?.[1]
      return [200, { Options: { datasource } }]
    }
    if (what.startsWith('DELETE /streams/')) {
      delete this.streams[what.split('/')[2] ?? '']
      return [200, '']
    }
    if (what.startsWith('DELETE /ruletest/')) return [200, '']
    if (what === 'GET /config/uploads') return [200, [...this.uploads.values()]]
    if (what === 'POST /config/uploads') return this.#upload(body)
    if (what.endsWith('/status')) return this.#status(what.split('/').at(-2) ?? '')
    if (/^(POST|PUT) \/plugins\/portables/.test(what)) return this.#install(body)
    if (what.startsWith('DELETE /config/uploads/')) {
      this.uploads.delete(decodeURIComponent(what.split('/').at(-1) ?? ''))
      return [200, '']
    }
    if (what.startsWith('DELETE /plugins/portables/')) {
      this.from.delete(this.installed?.name ?? '')
      this.installed = undefined
      return [200, 'portable plugin is deleted']
    }
    return [404, { error: 1002, message: 'not found' }]
  }

  /** Keeps a connection open on which the row of a rule test arrives when the test is started. */
  #publish(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    this.#listener = response
  }

  #prepareTest(body: string): [number, unknown] {
    this.test = JSON.parse(body)
    return [200, { id: 'test', port: Number(new URL(this.url).port) }]
  }

  #startTest(): [number, unknown] {
    const row = typeof this.testRow === 'string' ? this.testRow : JSON.stringify(this.testRow)
    this.#listener?.write(`data: ${row}\n\n`)
    return [200, 'started']
  }

  #createStream(body: string): [number, unknown] {
    const { sql }: { sql: string } = JSON.parse(body)
    const name = /STREAM (\w+)/.exec(sql)?.[1] ?? ''
    if (name in this.streams) return [400, { error: 3000, message: `Item ${name} already exists.` }]
    this.streams[name] = sql
    return [201, 'created']
  }

  #packages(): Installed[] {
    const own = this.installed === undefined ? [] : [{ ...this.symbols, ...this.installed }]
    return [...own, ...this.others]
  }

  #export(): object {
    const rules = Object.entries(this.rules).map(([id, { sql = '', actions = [], options = {} }]) => [
      id,
      JSON.stringify({ id, sql, actions, options }),
    ])
    const portablePlugins = [...this.from].map(([name, file]) => [name, JSON.stringify({ name, file })])
    return {
      rules: Object.fromEntries(rules),
      streams: this.streams,
      tables: {},
      sourceConfig: Object.fromEntries([...this.set].map(name => [name, '{"default":{}}'])),
      portablePlugins: Object.fromEntries(portablePlugins),
    }
  }

  #ruleStatus(id: string): [number, unknown] {
    const rule = this.rules[decodeURIComponent(id)]
    if (rule === undefined) return [404, { error: 1002, message: `rule ${id} is not found` }]
    return [200, { status: 'running', message: '', ...rule.status }]
  }

  #metadata(what: string, body: string): [number, unknown] {
    const [method = '', path = ''] = what.split(' /metadata/')
    if (method === 'GET') {
      const found = this.metadata[path]
      return found === undefined ? [400, { error: 5000, message: 'not found' }] : [200, found]
    }
    const [, source = '', , key = ''] = path.split('/')
    this.metadata[`sources/yaml/${source}`] = {
      ...this.metadata[`sources/yaml/${source}`],
      [key]: JSON.parse(body),
    }
    return [200, '']
  }

  #upload(body: string): [number, unknown] {
    const name = /filename="([^"]+)"/.exec(body)?.[1] ?? ''
    this.uploads.set(name, `/engine/data/uploads/${name}`)
    return [201, `/engine/data/uploads/${name}`]
  }

  #install(body: string): [number, unknown] {
    const { name, file }: { name: string; file: string } = JSON.parse(body)
    const refused = this.#refusesNext
    this.#refusesNext = undefined
    if (refused !== undefined) return [400, { error: 1000, message: refused }]
    const version = /@\d+-(.+)-[0-9a-f]{8}\.zip$/.exec(file)?.[1] ?? ''
    this.installed = undefined
    this.from.delete(name)
    this.#looks = 0
    const refusal = this.#faults.refuses?.[version]
    if (refusal !== undefined) return [400, { error: 1000, message: refusal }]
    this.installed = { name, version, ...this.symbols }
    this.from.set(name, file)
    return [201, 'portable plugin is created']
  }

  #status(name: string): [number, unknown] {
    const state = this.states.get(name)
    if (state !== undefined)
      return state === 'missing' ? [404, { error: 1002, message: 'not found' }] : [200, state]
    if (name !== this.installed?.name) return [200, { status: 'running', errMsg: '' }]
    this.#looks += 1
    const dies = this.#faults.dies?.[this.installed.version] ?? Infinity
    if (this.#looks > dies) return [200, { status: 'error', errMsg: 'process exited with 1' }]
    return [200, { status: 'running', errMsg: '' }]
  }
}
