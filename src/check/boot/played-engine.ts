import * as fs from 'node:fs'
import { Pull } from '../../sp/pull.js'
import { Channels } from '../../ekuiper/channels.js'
import {
  type Command,
  decodeAnswer,
  decodeSourceError,
  decodeStartRefusal,
  encodeCommand,
  encodeRequest,
  type StartRefusal,
} from '../../ekuiper/protocol.js'
import type { BootFolder, BootPlugin } from './boot-folder.js'
import type { Machine } from './machine.js'
import { PackageProcess } from './package-process.js'
import { Rep } from './rep.js'
import { queueTime } from '../../process/queue-time.js'
import { withPatience } from '../../load/patience.js'
import { within } from '../../waiting/within.js'

/** Why a plugin, or the process of its package, does not run. */
export type Trouble =
  | { how: 'refused'; refusal: StartRefusal }
  | { how: 'hang'; question: string }
  | { how: 'died'; reason: string }

/** Timeouts in milliseconds, for the handshake and for a reply. A real engine waits 60 s and 5 s. */
export const handshakeLimit = 4000
export const answerLimit = 3000
const firstRowLimit = 200

const anyDataSource = 'kplug'

const place = { ruleId: 'kplug_boot', opId: 'boot', instanceId: 0 }

/** Plays the engine to one process of a package. */
export class PlayedEngine {
  readonly process: PackageProcess
  readonly #channels: Channels
  readonly #control: Rep
  readonly #functions: ReadonlyMap<string, Rep>
  readonly #interrupted: Promise<never>

  private constructor(
    folder: BootFolder,
    machine: Machine,
    control: Rep,
    functions: ReadonlyMap<string, Rep>,
  ) {
    this.#interrupted = folder.loadFolder.interrupted
    this.#channels = new Channels(folder.channels)
    this.#control = control
    this.#functions = functions
    this.process = new PackageProcess(folder, machine, folder.language === 'python' ? 'python3' : undefined)
  }

  static async open(folder: BootFolder, machine: Machine): Promise<PlayedEngine> {
    const channels = new Channels(folder.channels)
    const control = await Rep.listen(channels.control(folder.name))
    const functions = new Map<string, Rep>()
    for (const { kind, name } of folder.plugins) {
      if (kind === 'function') functions.set(name, await Rep.listen(channels.function(name)))
    }
    return new PlayedEngine(folder, machine, control, functions)
  }

  /** Waits for the handshake. */
  greeted(): Promise<Trouble | undefined> {
    const greeted = this.#answerOr(this.#control.greeted().then(() => undefined))
    const queued = (): number => queueTime(this.process.pid)
    return withPatience(handshakeLimit, queued, greeted, () => ({
      how: 'hang' as const,
      question: 'handshake',
    }))
  }

  /** Starts a plugin, asks a function whether it is an aggregate function, and stops what can be stopped. */
  tryOut(plugin: BootPlugin): Promise<Trouble | undefined> {
    if (plugin.kind === 'function') return this.#tryFunction(plugin)
    return plugin.kind === 'source' ? this.#trySources(plugin) : this.#startAndStop(plugin)
  }

  /** A source that is refused may only lack a DATASOURCE, which every stream would give it. */
  async #trySources(plugin: BootPlugin): Promise<Trouble | undefined> {
    const trouble = await this.#trySource(plugin)
    if (trouble?.how !== 'refused' || plugin.dataSource !== undefined) return trouble
    const again = await this.#trySource({ ...plugin, dataSource: anyDataSource })
    return again?.how === 'refused' ? trouble : again
  }

  async #startAndStop(plugin: BootPlugin): Promise<Trouble | undefined> {
    return (await this.#command('start', plugin)) ?? (await this.#command('stop', plugin))
  }

  /** Also reads the first message, which may be an error instead of a row. */
  async #trySource(plugin: BootPlugin): Promise<Trouble | undefined> {
    let arrived: (message: string) => void = () => {}
    const first = new Promise<string>(resolve => {
      arrived = resolve
    })
    const path = this.#channels.data(place)
    const rows = await Pull.listen({ path, take: message => arrived(message.toString()) })
    // The process may run as another user.
    fs.chmodSync(path, 0o666)
    try {
      const started = await this.#command('start', plugin)
      if (started) return started
      const message = await within(firstRowLimit, first, () => undefined)
      const reason = message === undefined ? undefined : decodeSourceError(message)
      return (await this.#command('stop', plugin)) ?? failedFor(reason)
    } finally {
      await rows.close()
    }
  }

  async #tryFunction(plugin: BootPlugin): Promise<Trouble | undefined> {
    const started = await this.#command('start', plugin)
    const channel = this.#functions.get(plugin.name)
    if (started || channel === undefined) return started
    const asked = channel.ask(encodeRequest({ func: 'IsAggregate', arg: [] })).then(text => {
      const answer = decodeAnswer(text)
      return 'failure' in answer ? { code: 'failed' as const, reason: answer.failure } : undefined
    })
    return this.#within(answerLimit, 'IsAggregate', asked)
  }

  #command(action: Command['action'], plugin: BootPlugin): Promise<Trouble | undefined> {
    const { kind, name, dataSource = '', props } = plugin
    const command = encodeCommand({ action, kind, name, place, dataSource, props })
    const asked = this.#control
      .ask(command)
      .then(answer => (answer === 'ok' ? undefined : decodeStartRefusal(answer)))
    return this.#within(answerLimit, action, asked)
  }

  /** The host has a limit of its own for these, which a busy machine does not extend. */
  #within(
    limit: number,
    question: string,
    answered: Promise<StartRefusal | undefined>,
  ): Promise<Trouble | undefined> {
    return within(limit, this.#answerOr(answered), () => ({ how: 'hang' as const, question }))
  }

  #answerOr(answered: Promise<StartRefusal | undefined>): Promise<Trouble | undefined> {
    return Promise.race([
      answered.then(refusal => refusal && { how: 'refused' as const, refusal }),
      this.process.ended.then(reason => ({ how: 'died' as const, reason })),
      this.#interrupted,
    ])
  }

  async close(): Promise<void> {
    await this.process.kill()
    this.#control.close()
    for (const channel of this.#functions.values()) channel.close()
  }
}

const failedFor = (reason: string | undefined): Trouble | undefined =>
  reason === undefined ? undefined : { how: 'refused', refusal: decodeStartRefusal(reason) }
