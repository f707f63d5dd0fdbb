import { listenPull } from '../../sp/pull.js'
import { Channels } from '../../ekuiper/channels.js'
import { decodeAnswer, decodeSourceError, encodeCommand, encodeRequest } from '../../ekuiper/protocol.js'
import type { BootFolder, BootPlugin } from './boot-folder.js'
import { PackageProcess } from './package-process.js'
import { Rep } from './rep.js'
import { within } from '../../waiting/within.js'

/** What became of one plugin: undefined where all is well. */
export type Refusal =
  | { how: 'refused'; reason: string }
  | { how: 'hang'; doing: string }
  | { how: 'died'; reason: string }
  | undefined

/** Milliseconds that the engine's part waits: for the handshake, and for an answer. A real one waits 60 s and 5 s. */
export const handshakeLimit = 4000
export const answerLimit = 3000
const firstRowLimit = 200

const place = { ruleId: 'kplug_boot', opId: 'boot', instanceId: 0 }

/** One life of a package's process, with the engine's part played to it. */
export class Session {
  readonly process: PackageProcess
  readonly #folder: BootFolder
  readonly #channels: Channels
  readonly #control: Rep
  readonly #functions: ReadonlyMap<string, Rep>

  private constructor(folder: BootFolder, control: Rep, functions: ReadonlyMap<string, Rep>) {
    this.#folder = folder
    this.#channels = new Channels(folder.channels)
    this.#control = control
    this.#functions = functions
    this.process = new PackageProcess(folder, folder.language === 'python' ? 'python3' : undefined)
  }

  static async open(folder: BootFolder): Promise<Session> {
    const channels = new Channels(folder.channels)
    const control = await Rep.listen(channels.control(folder.name))
    const functions = new Map<string, Rep>()
    for (const { kind, name } of folder.plugins) {
      if (kind === 'function') functions.set(name, await Rep.listen(channels.function(name)))
    }
    return new Session(folder, control, functions)
  }

  /** Waits for the handshake. */
  greeted(): Promise<Refusal> {
    return this.#within(
      handshakeLimit,
      'handshake',
      this.#control.greeted().then(() => 'ok'),
    )
  }

  /** Starts a plugin, asks a function whether it is an aggregate, and stops what can be stopped. */
  tryOut(plugin: BootPlugin): Promise<Refusal> {
    if (plugin.kind === 'function') return this.#tryFunction(plugin)
    return plugin.kind === 'source' ? this.#trySource(plugin) : this.#startAndStop(plugin)
  }

  async #startAndStop(plugin: BootPlugin): Promise<Refusal> {
    return (await this.#command('start', plugin)) ?? (await this.#command('stop', plugin))
  }

  /** Also looks at the first row, which may be an error instead. */
  async #trySource(plugin: BootPlugin): Promise<Refusal> {
    let tell: (message: string) => void = () => {}
    const first = new Promise<string>(resolve => {
      tell = resolve
    })
    const path = this.#channels.data(place)
    const rows = await listenPull({ path, take: message => tell(message.toString()) })
    try {
      const started = await this.#command('start', plugin)
      if (started) return started
      const message = await within(firstRowLimit, first, () => undefined)
      return (await this.#command('stop', plugin)) ?? sourceError(message)
    } finally {
      await rows.close()
    }
  }

  async #tryFunction(plugin: BootPlugin): Promise<Refusal> {
    const started = await this.#command('start', plugin)
    if (started) return started
    const asked = this.#functions.get(plugin.name)?.ask(encodeRequest({ func: 'IsAggregate', arg: [] }))
    const checked = asked?.then(okOrFailure) ?? Promise.resolve('ok')
    return this.#within(answerLimit, 'answer IsAggregate', checked)
  }

  #command(action: 'start' | 'stop', { kind, name }: BootPlugin): Promise<Refusal> {
    const props = (kind === 'source' ? this.#folder.defaults.get(name) : undefined) ?? {}
    const command = encodeCommand({ action, kind, name, place, dataSource: '', props })
    return this.#within(answerLimit, action, this.#control.ask(command))
  }

  async #within(limit: number, doing: string, answered: Promise<string>): Promise<Refusal> {
    const either = Promise.race([
      answered.then(reason => ({ how: 'answered' as const, reason })),
      this.process.ended.then(reason => ({ how: 'died' as const, reason })),
    ])
    const first = await within(limit, either, () => ({ how: 'hang' as const, doing }))
    if (first.how !== 'answered') return first
    return first.reason === 'ok'
      ? undefined
      : { how: 'refused', reason: first.reason.replace(/^Error: /, '') }
  }

  async close(): Promise<void> {
    await this.process.kill()
    this.#control.close()
    for (const channel of this.#functions.values()) channel.close()
  }
}

function okOrFailure(text: string): string {
  const answer = decodeAnswer(text)
  return 'failure' in answer ? answer.failure : 'ok'
}

function sourceError(message: string | undefined): Refusal {
  const reason = message === undefined ? undefined : decodeSourceError(message)
  return reason === undefined ? undefined : { how: 'refused', reason }
}
