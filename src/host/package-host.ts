import * as path from 'node:path'
import { dialReq, type Req } from '../sp/req.js'
import type { Kind } from '../plugin/kind.js'
import type { Environment } from '../runtime/config/secrets.js'
import { messageOf, stackOf } from '../errors/reason.js'
import type { Host } from '../runtime/host.js'
import type { Level } from '../plugin/log-level.js'
import { within } from '../runtime/limit.js'
import { importPlugin, type Plugin } from '../runtime/plugin.js'
import type { StateStore } from '../state/store.js'
import type { RulePlace } from '../plugin/rule-place.js'
import { Channels, keyOf } from '../ekuiper/channels.js'
import { FunctionChannel } from './function-channel.js'
import type { Log } from './log.js'
import type { PackagedPlugin, PackageManifest } from '../plugin/package-manifest.js'
import { type Command, decodeCommand, greeting } from '../ekuiper/protocol.js'
import { SinkRun } from './sink-run.js'
import { SourceRun } from './source-run.js'
import { type Inherited, Repetition, type RunningNotes } from './takeover.js'

/** What a package needs of the process that it runs in. */
export interface Surroundings {
  /** The package's own folder, absolute. */
  folder: string
  channels: Channels
  /** The environment that secrets are read from. */
  env?: Environment
  log: Log
  store(): Promise<StateStore>
  /** Whether the log tells also where an error came from, as a check asks for that looks up the author's line. */
  stacks?: boolean
  /** Called on every new connection: the process makes sure that it is still its own engine's. */
  connected: () => void
  /** Where to note what is running. */
  notes: RunningNotes
  /** What the process was running that this one takes over from, if from any. */
  inherited: Inherited[] | undefined
}

interface Run {
  stop(): Promise<void>
}

// The engine gives up on an answer after 5 s, unless it is configured otherwise.
const defaultDeadline = 4500
const closeLimit = 2000
const pauseBeforeTakeover = 250

/** A package at work: all its plugins, in one process, over the engine's channels. */
export class PackageHost implements Host {
  readonly env: Environment
  readonly assets: string
  readonly deadline: number
  readonly closeLimit = closeLimit
  readonly #manifest: PackageManifest
  readonly #surroundings: Surroundings
  readonly #loaded = new Map<string, Promise<Plugin>>()
  readonly #functions = new Map<string, FunctionChannel>()
  /** Sources and sinks by the place that the engine knows them by. */
  readonly #runs = new Map<string, Promise<Run>>()
  readonly #control: Req
  readonly #repetition: Repetition

  constructor(manifest: PackageManifest, surroundings: Surroundings) {
    this.#manifest = manifest
    this.#surroundings = surroundings
    this.env = surroundings.env ?? {}
    this.assets = surroundings.folder
    this.deadline = manifest.deadline ?? defaultDeadline
    const { channels, connected, inherited } = surroundings
    this.#repetition = new Repetition(inherited !== undefined)
    this.#control = dialReq({
      path: channels.control(manifest.name),
      greeting,
      answer: reply => this.#obey(reply.toString()),
      onConnect: () => {
        this.#repetition.connected()
        connected()
      },
    })
    // After an update the engine repeats the start of one function only: all the others must be there unasked.
    for (const plugin of manifest.plugins) if (plugin.kind === 'function') this.#openFunction(plugin)
    // Not at once: what the engine repeats comes first, and has to be seen at once.
    if (inherited !== undefined) setTimeout(() => void this.#takeOver(inherited), pauseBeforeTakeover)
  }

  #openFunction(packaged: PackagedPlugin): void {
    const { channels, connected, inherited } = this.#surroundings
    const load = (): Promise<Plugin> => this.#load(packaged)
    const origin = { connected, tookOver: inherited !== undefined }
    const channel = new FunctionChannel(channels.function(packaged.name), this, load, origin)
    this.#functions.set(packaged.name, channel)
  }

  log(level: Level, message: string, { kind, name }: Plugin, { ruleId }: RulePlace): void {
    this.#surroundings.log.write(level, `${kind} ${name}${ruleId === '' ? '' : `, rule ${ruleId}`}`, message)
  }

  #log(level: Level, message: string): void {
    this.#surroundings.log.write(level, `package ${this.#manifest.name}`, message)
  }

  store(): Promise<StateStore> {
    return this.#surroundings.store()
  }

  /** Carries out a command and answers `ok`, or why not: a sentence that begins with the plugin's kind. */
  async #obey(text: string): Promise<string> {
    try {
      const command = decodeCommand(text)
      if (command.action === 'stop') return await this.#stop(command)
      this.#repetition.check()
      return await this.#start(command, text)
    } catch (error) {
      const reason = messageOf(error)
      const { stacks = false } = this.#surroundings
      this.#log('error', stacks ? (stackOf(error) ?? reason) : reason)
      // An answer that begins with `h` would be taken for a handshake.
      return `Error: ${reason}`
    }
  }

  async #start(command: Command, text: string): Promise<string> {
    const packaged = this.#find(command.kind, command.name)
    const starting = this.#begin(packaged, command, text)
    const late = (): string => {
      // The engine waits no longer, but rows can: what goes wrong from here on is in the log.
      starting.catch((error: unknown) => this.#logFailure(packaged, command.place, error))
      return 'ok'
    }
    return within(this.deadline, starting, late)
  }

  async #begin(packaged: PackagedPlugin, command: Command, text: string): Promise<string> {
    if (packaged.kind === 'function') {
      await this.#functions.get(packaged.name)?.start()
      return 'ok'
    }
    const key = keyOf(command.place)
    const previous = this.#runs.get(key)
    const run = this.#startRun(packaged, command, previous)
    this.#runs.set(key, run)
    try {
      await run
      if (this.#runs.get(key) === run) this.#surroundings.notes.add(key, text)
      return 'ok'
    } catch (error) {
      if (this.#runs.get(key) === run) this.#runs.delete(key)
      throw error
    }
  }

  async #startRun(
    packaged: PackagedPlugin,
    command: Command,
    previous: Promise<Run> | undefined,
  ): Promise<Run> {
    const { place, props, dataSource } = command
    const { channels, notes } = this.#surroundings
    await previous?.then(run => run.stop()).catch(() => {})
    const plugin = await this.#load(packaged)
    if (packaged.kind === 'source') {
      return SourceRun.start(plugin, place, { dataSource, props }, this, channels.data(place))
    }
    const owe = (owes: boolean): void => notes.mark(keyOf(place), owes)
    const own = { data: channels.data(place), acknowledgements: channels.acknowledgements(place), owe }
    return SinkRun.start(plugin, place, props, this, own)
  }

  /** The engine does not know that another process died: it repeats no start, and waits for its acknowledgements. */
  async #takeOver(inherited: readonly Inherited[]): Promise<void> {
    const names = inherited.map(({ command }) => keyOf(decodeCommand(command).place))
    this.#log('warn', `took over from a process that died, with ${names.join(', ') || 'nothing'} running`)
    await Promise.all(inherited.map(one => this.#takeOverOne(one)))
  }

  async #takeOverOne({ command, owesAcknowledgement }: Inherited): Promise<void> {
    try {
      const decoded = decodeCommand(command)
      // The engine may have started it again meanwhile.
      if (this.#runs.has(keyOf(decoded.place))) return
      await this.#begin(this.#find(decoded.kind, decoded.name), decoded, command)
      const run = await this.#runs.get(keyOf(decoded.place))
      if (owesAcknowledgement && run instanceof SinkRun) run.answerForDead()
    } catch (error) {
      this.#log('error', messageOf(error))
    }
  }

  async #stop({ kind, place }: Command): Promise<string> {
    const key = keyOf(place)
    const run = kind === 'function' ? undefined : this.#runs.get(key)
    if (run === undefined) return 'ok'
    this.#runs.delete(key)
    this.#surroundings.notes.remove(key)
    await run.then(started => started.stop()).catch(() => {})
    return 'ok'
  }

  #find(kind: Kind, name: string): PackagedPlugin {
    const found = this.#manifest.plugins.find(plugin => plugin.kind === kind && plugin.name === name)
    if (found) return found
    throw new Error(`Package "${this.#manifest.name}" has no ${kind} "${name}"`)
  }

  /** Loads a plugin's code at its first start: what takes long, or fails, then does so to its own rules only. */
  #load(packaged: PackagedPlugin): Promise<Plugin> {
    const key = `${packaged.kind} ${packaged.name}`
    const file = path.join(this.#surroundings.folder, 'lib', packaged.file)
    const loading = this.#loaded.get(key) ?? importPlugin(file, packaged.kind, packaged.symbol)
    this.#loaded.set(key, loading)
    return loading.catch((error: unknown) => {
      throw new Error(`Cannot load ${packaged.kind} "${packaged.name}": ${messageOf(error)}`, {
        cause: error,
      })
    })
  }

  #logFailure({ kind, name }: PackagedPlugin, place: RulePlace, error: unknown): void {
    this.log('error', messageOf(error), { kind, name, exported: undefined, config: undefined }, place)
  }

  /** Ends all channels and plugins; what hangs is left after its limit. */
  async close(): Promise<void> {
    const runs = [...this.#runs.values()].map(run => run.then(started => started.stop()).catch(() => {}))
    const channels = [...this.#functions.values()].map(channel => channel.close())
    await Promise.all([this.#control.close(), ...channels, ...runs])
  }
}
