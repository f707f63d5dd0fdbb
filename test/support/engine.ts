import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as http from 'node:http'
import * as path from 'node:path'
import { makeRoot, sharedWithEngines, startKuiperd } from './ekuiper.js'
import { freePort } from './free-port.js'
import { until } from './until.js'

/** Names that no other run on this machine has: without namespaces, the channels of all engines lie in one folder. */
export const unique = randomBytes(3).toString('hex')

// A second, unless the machine is busy.
const longestStart = 60_000

type Fields = Record<string, unknown>

/** A real eKuiper with a folder of its own, over its REST API. */
export class Engine {
  /** Holds the engine's own folder, and whatever a test puts beside it. Removed at the end. */
  readonly temp = fs.mkdtempSync(path.join(sharedWithEngines, 'kplug-engine-'))
  readonly #ekuiper: string
  readonly #settings: Readonly<Record<string, string>>
  #port = 0
  #process: ChildProcess | undefined

  private constructor(ekuiper: string, settings: Readonly<Record<string, string>>) {
    this.#ekuiper = ekuiper
    this.#settings = settings
  }

  /** Starts an unpacked eKuiper. `settings` are environment variables, such as `KUIPER__BASIC__LOGLEVEL`. */
  static async start(ekuiper: string, settings: Readonly<Record<string, string>> = {}): Promise<Engine> {
    const engine = new Engine(ekuiper, settings)
    makeRoot(ekuiper, engine.folder)
    engine.#port = await freePort()
    try {
      await engine.startAgain()
      return engine
    } catch (error) {
      await engine.end()
      throw error
    }
  }

  get folder(): string {
    return path.join(this.temp, 'engine')
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Starts on the same folder and port. Resolves when the REST API answers. */
  async startAgain(): Promise<void> {
    const env = { ...process.env, ...(await this.#network()), ...this.#settings }
    const log = fs.openSync(this.#logFile, 'a')
    const stdio = ['ignore' as const, log, log]
    const started = startKuiperd({ ekuiper: this.#ekuiper, root: this.folder, env, stdio })
    fs.closeSync(log)
    this.#process = started
    const answers = async (): Promise<boolean> => {
      if (started.exitCode !== null)
        throw new Error(`The engine ended with ${started.exitCode}: ${this.log()}`)
      return this.get('/').then(
        () => true,
        () => false,
      )
    }
    await until('the engine answers', answers, longestStart)
  }

  async #network(): Promise<Record<string, string>> {
    return {
      KUIPER__BASIC__RESTIP: '127.0.0.1',
      KUIPER__BASIC__RESTPORT: String(this.#port),
      KUIPER__BASIC__IP: '127.0.0.1',
      KUIPER__BASIC__PORT: String(await freePort()),
      KUIPER__BASIC__PPROF: 'false',
      KUIPER__BASIC__CONSOLELOG: 'true',
      KUIPER__BASIC__FILELOG: 'false',
    }
  }

  get #logFile(): string {
    return path.join(this.temp, 'engine.log')
  }

  /** What the engine and its plugins wrote so far. */
  log(): string {
    return fs.readFileSync(this.#logFile, 'utf8')
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

  /** The counters of a rule, and what it says of itself. */
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

  /** SIGKILL: nothing of it can be caught. */
  async kill(): Promise<void> {
    const running = this.#process
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const exit = once(running, 'exit')
    running.kill('SIGKILL')
    await exit
  }

  /** Kills the engine and waits for its plugins to end by themselves, then removes everything. */
  async end(): Promise<void> {
    await this.kill()
    fs.rmSync(this.temp, { recursive: true, force: true })
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
