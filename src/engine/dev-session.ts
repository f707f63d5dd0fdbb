import { setTimeout } from 'node:timers/promises'
import { isUsageError, UsageError } from '../errors/usage-error.js'
import { deliver, type Delivery } from './deliver.js'
import type { Engine } from './engine.js'
import { installPackage, findPackage, removePackage, removeUpload, listUploads } from './portables.js'
import { receiveRows, type RowReceiver } from './row-receiver.js'
import { ruleStatus, statusLine, total } from './rules.js'
import { lookAt, type Situation } from './situation.js'
import { ruleFrom } from './sql.js'
import { createTemporarily } from './temporary-rule.js'
import { uploadsOf } from './uploads.js'

interface DevOptions {
  /** The sink of the package that posts rows to a URL. */
  rowSink: string
  force: boolean
  signal: AbortSignal
  /** Receives each row of the rule, as JSON. */
  row: (row: string) => void
  /** Receives lines about the progress. */
  say: (line: string) => void
}

const betweenLooks = 1000

/** A package under development, in an engine that is restored at the end. */
export class DevSession {
  readonly #engine: Engine
  readonly #name: string
  readonly #before: Situation
  readonly #statements: ReturnType<typeof ruleFrom> | undefined
  readonly #options: DevOptions
  #receiver: RowReceiver | undefined
  #removeRule: (() => Promise<void>) | undefined
  #watching: Promise<void> | undefined
  #installed: string | undefined
  readonly #ending = new AbortController()

  private constructor(
    engine: Engine,
    name: string,
    before: Situation,
    statements: ReturnType<typeof ruleFrom> | undefined,
    options: DevOptions,
  ) {
    this.#engine = engine
    this.#name = name
    this.#before = before
    this.#statements = statements
    this.#options = options
  }

  /** Throws if the engine could not be restored at the end. */
  static async begin(
    engine: Engine,
    name: string,
    statements: readonly string[],
    options: DevOptions,
  ): Promise<DevSession> {
    const rule = statements.length === 0 ? undefined : ruleFrom(statements)
    const before = await lookAt(engine, name)
    if (before.installed !== undefined && before.current === undefined && !options.force) {
      throw new UsageError(
        `Cannot restore version ${before.installed.version} of "${name}" at the end: kplug did not deploy it; use "--force" to continue`,
      )
    }
    return new DevSession(engine, name, before, rule, options)
  }

  /** Installs a package, and creates the rule if it does not exist yet. Resolves with whether the package is new. */
  async update(delivery: Delivery): Promise<boolean> {
    if (delivery.sha256 === this.#installed) return false
    const { signal } = this.#options
    await deliver(this.#engine, delivery, {
      force: true,
      // A developer may stop the engine.
      booted: true,
      watch: 0,
      signal,
      say: () => {},
      keep: this.#before.current?.upload?.file,
    })
    this.#installed = delivery.sha256
    await this.#createRule()
    return true
  }

  async #createRule(): Promise<void> {
    if (this.#removeRule || this.#statements === undefined) return
    const { creating, select: sql } = this.#statements
    const id = `kplug_dev_${this.#name}`
    this.#removeRule = await createTemporarily(this.#engine, creating, {
      id,
      sql,
      actions: [await this.#action()],
      options: { disableBufferFullDiscard: true },
    })
    this.#watching = this.#watch(id)
  }

  /** The engine can send rows only if it is on this machine: kplug listens on loopback only. */
  async #action(): Promise<object> {
    if (!['127.0.0.1', 'localhost', '[::1]'].includes(this.#engine.url.hostname)) {
      this.#options.say('The engine is on another machine: its rows are counted, not shown')
      return { nop: {} }
    }
    this.#receiver ??= await receiveRows(this.#options.row)
    return { [this.#options.rowSink]: { url: this.#receiver.url, sendSingle: true } }
  }

  /** Reports the status of the rule whenever it changes, and each new failure. */
  async #watch(id: string): Promise<void> {
    let last = ''
    while (!this.#ending.signal.aborted) {
      await setTimeout(betweenLooks, undefined, { signal: this.#ending.signal }).catch(() => {})
      const { news, line } = await this.#look(id)
      if (news !== last && !this.#ending.signal.aborted) this.#options.say(`rule ${id}: ${line}`)
      last = news
    }
  }

  async #look(id: string): Promise<{ news: string; line: string }> {
    try {
      const status = await ruleStatus(this.#engine, id)
      return { news: `${status.status} ${total(status.nodes, 'exceptions')}`, line: statusLine(status) }
    } catch (error) {
      if (!isUsageError(error)) throw error
      return { news: error.message, line: error.message }
    }
  }

  /** Removes everything that the session created, and restores the previous package. */
  async end(): Promise<void> {
    this.#ending.abort()
    await this.#watching
    await this.#removeRule?.()
    this.#receiver?.close()
    await this.#restore()
  }

  async #restore(): Promise<void> {
    const { current, history, installed } = this.#before
    const there = await findPackage(this.#engine, this.#name)
    if (current) {
      await installPackage(this.#engine, this.#name, current.path, there)
    } else if (there && installed === undefined) {
      await removePackage(this.#engine, this.#name)
    }
    const known = new Set(history.map(({ file }) => file))
    const now = await listUploads(this.#engine)
    for (const { file } of uploadsOf(this.#name, now.keys()))
      if (!known.has(file)) await removeUpload(this.#engine, file)
    if (current) this.#options.say(`installed ${current.version} again`)
    else if (installed === undefined) this.#options.say('removed the package')
  }
}
