import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { until } from '../waiting/until.js'
import { freePort } from './free-port.js'
import { makeRoot } from './root.js'
import { sharedWithEngines, startKuiperd } from './start.js'

/** Environment variables. */
export type Settings = Readonly<Record<string, string | undefined>>

// A second, unless the machine is busy.
const longestStart = 60_000

/** An eKuiper with a folder and ports of its own, and where possible with a /tmp of its own. It listens on loopback only. */
export class OwnEngine {
  /** Holds the engine's own folder, and whatever a test puts beside it. Removed at the end. */
  readonly temp = fs.mkdtempSync(path.join(sharedWithEngines, 'kplug-engine-'))
  readonly #ekuiper: string
  readonly #env: Settings
  #port = 0
  #process: ChildProcess | undefined

  /** `ekuiper` is the folder of an unpacked release. `env` may have settings such as `KUIPER__BASIC__LOGLEVEL`. */
  constructor(ekuiper: string, env: Settings) {
    this.#ekuiper = ekuiper
    this.#env = env
    makeRoot(ekuiper, this.folder)
  }

  get folder(): string {
    return path.join(this.temp, 'engine')
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get #logFile(): string {
    return path.join(this.temp, 'engine.log')
  }

  /** Starts or restarts the engine on the same folder and port. Resolves when the REST service responds. */
  async start(): Promise<void> {
    this.#port ||= await freePort()
    const env = { ...(await this.#network()), ...this.#env }
    const log = fs.openSync(this.#logFile, 'a')
    const stdio = ['ignore' as const, log, log]
    const started = startKuiperd({ ekuiper: this.#ekuiper, root: this.folder, env, stdio })
    fs.closeSync(log)
    this.#process = started
    await until('the engine responds', () => this.#responds(started), longestStart)
  }

  async #responds(started: ChildProcess): Promise<boolean> {
    if (started.exitCode !== null)
      throw new Error(`The engine exited with code ${started.exitCode}: ${this.log()}`)
    return fetch(this.url).then(
      ({ ok }) => ok,
      () => false,
    )
  }

  async #network(): Promise<Settings> {
    return {
      KUIPER__BASIC__RESTIP: '127.0.0.1',
      KUIPER__BASIC__RESTPORT: String(this.#port),
      KUIPER__BASIC__IP: '127.0.0.1',
      KUIPER__BASIC__PORT: String(await freePort()),
      KUIPER__SOURCE__HTTPSERVERIP: '127.0.0.1',
      KUIPER__SOURCE__HTTPSERVERPORT: String(await freePort()),
      KUIPER__BASIC__PPROF: 'false',
      KUIPER__BASIC__CONSOLELOG: 'true',
      KUIPER__BASIC__FILELOG: 'false',
    }
  }

  /** The output of the engine and its plugins so far. */
  log(): string {
    return fs.readFileSync(this.#logFile, 'utf8')
  }

  /** SIGKILL: the engine cannot catch it. */
  async kill(): Promise<void> {
    const running = this.#process
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const exit = once(running, 'exit')
    running.kill('SIGKILL')
    await exit
  }

  /** Kills the engine, whose plugins then exit by themselves, and removes all files. */
  async end(): Promise<void> {
    await this.kill()
    fs.rmSync(this.temp, { recursive: true, force: true })
  }
}
