import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as http from 'node:http'
import * as path from 'node:path'
import { OwnEngine, type Settings } from '../../src/kuiperd/own-engine.js'

/** Names that no other run on this machine has: without namespaces, the channels of all engines lie in one folder. */
export const unique = randomBytes(3).toString('hex')

type Fields = Record<string, unknown>

/** A real eKuiper with a folder of its own, over its REST API. */
export class Engine extends OwnEngine {
  /** Starts an unpacked eKuiper. `settings` are environment variables, such as `KUIPER__BASIC__LOGLEVEL`. */
  static async start(ekuiper: string, settings: Settings = {}): Promise<Engine> {
    const engine = new Engine(ekuiper, { ...process.env, ...settings })
    try {
      await engine.start()
      return engine
    } catch (error) {
      await engine.end()
      throw error
    }
  }

  async version(): Promise<string> {
    const { version } = (await this.get('/')) as { version: string }
    return version
  }

  get(resource: string): Promise<unknown> {
    return this.#call('GET', resource)
  }

  post(resource: string, body: Fields): Promise<unknown> {
    return this.#call('POST', resource, body)
  }

  put(resource: string, body: Fields): Promise<unknown> {
    return this.#call('PUT', resource, body)
  }

  delete(resource: string): Promise<unknown> {
    return this.#call('DELETE', resource)
  }

  async stream(name: string, type: string, options: Readonly<Record<string, string>> = {}): Promise<void> {
    const all = { TYPE: type, FORMAT: 'json', DATASOURCE: name, ...options }
    const texts = Object.entries(all).map(([key, value]) => `${key}="${value}"`)
    await this.post('/streams', { sql: `CREATE STREAM ${name} () WITH (${texts.join(', ')})` })
  }

  /** A stream of the engine's own simulator, which repeats some rows: one each interval. */
  async simulate(name: string, rows: readonly Fields[], milliseconds: number): Promise<void> {
    const every = { data: rows, interval: milliseconds, loop: true }
    await this.put(`/metadata/sources/simulator/confKeys/${name}`, every)
    await this.stream(name, 'simulator', { CONF_KEY: name })
  }

  async rule(id: string, sql: string, action: Fields, options: Fields = {}): Promise<void> {
    await this.post('/rules', { id, sql, actions: [action], options })
  }

  /** The counters and the status of a rule. */
  async status(rule: string): Promise<Fields> {
    return (await this.get(`/rules/${rule}/status`)) as Fields
  }

  /** A counter of a rule, such as `source_demo_0_records_in_total`: the only one whose name matches. */
  async counter(rule: string, name: RegExp): Promise<number> {
    const found = Object.entries(await this.status(rule)).filter(([key]) => name.test(key))
    const [only] = found
    if (found.length !== 1 || only === undefined) throw new Error(`${found.length} counters match ${name}`)
    return Number(only[1])
  }

  /** The ids of all processes of a package of this engine. */
  processes(packageName: string): number[] {
    const home = path.join(this.folder, 'plugins', 'portable', packageName)
    return fs.readdirSync('/proc').flatMap(entry => {
      if (!/^\d+$/.test(entry)) return []
      const cwd = linkOf(`/proc/${entry}/cwd`)
      return cwd === home || cwd === `${home} (deleted)` ? [Number(entry)] : []
    })
  }

  async #call(method: string, resource: string, body?: Fields): Promise<unknown> {
    const { status, text } = await request(method, this.url + resource, body)
    if (status >= 400) throw new Error(`${method} ${resource} answered ${status}: ${text}`)
    return parsed(text)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function request(
  method: string,
  url: string,
  body: Fields | undefined,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = http.request(url, { method, agent: false }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

function linkOf(file: string): string | undefined {
  try {
    return fs.readlinkSync(file)
  } catch {
    // The process ended meanwhile.
    return undefined
  }
}
