import * as path from 'node:path'
import { dialReq, type Req } from '../sp/req.js'
import type { Kind } from '../plugin/kind.js'
import type { Environment } from '../runtime/config/secrets.js'
import { messageOf, stackOf } from '../errors/reason.js'
import type { Host } from '../runtime/host.js'
import type { Level } from '../plugin/log-level.js'
import { within } from '../waiting/within.js'
import { importPlugin, type Plugin } from '../runtime/plugin.js'
import type { StateStore } from '../state/store.js'
import type { RulePlace } from '../plugin/rule-place.js'
import { Channels, keyOf } from '../ekuiper/channels.js'
import { FunctionChannel } from './function-channel.js'
import type { Log } from './log.js'
import type { PluginErrors } from './plugin-errors.js'
import type { PackagedPlugin, PackageManifest } from '../plugin/package-manifest.js'
import {
  type Command,
  decodeCommand,
  decodePlace,
  encodeStartRefusal,
  greeting,
} from '../ekuiper/protocol.js'
import { SinkRun } from './sink-run.js'
import { SourceRun } from './source-run.js'
import { Culprits } from './culprits.js'
import type { Inherited, Notes } from './notes.js'
import { Repetition } from './repetition.js'
import { LoadError, startRefusalOf } from './start-refusal.js'

/** What a package needs of the process that it runs in. */
export interface Surroundings {
  /** The package's own folder, absolute. */
  folder: string
  channels: Channels
  /** The environment that secrets are read from. */
  env?: Environment
  log: Log
  errors: PluginErrors
  store(): Promise<StateStore>
  /** Whether `kplug validate` plays the engine: it gets refusals with their codes, and stacks in the log. */
  isCheck?: boolean
  /** Called on every new connection: the process makes sure that it is still its own engine's. */
  connected: () => void
  /** Where to note what is running. */
  notes: Notes
  /** Whether this process takes over from one that died. */
  tookOver: boolean
}

interface Run {
  stop(): Promise<void>
}

// The engine gives up on an answer after 5 s, unless it is configured otherwise.
const defaultDeadline = 4500
const closeLimit = 2000
const pauseBeforeTakeover = 250
const firstRetry = 1000
const longestRetry = 60_000

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
  readonly #culprits: Culprits
  /** The keys of what is still to be taken over. */
  readonly #inheriting = new Set<string>()

  constructor(manifest: PackageManifest, surroundings: Surroundings) {
    this.#manifest = manifest
    this.#surroundings = surroundings
    this.env = surroundings.env ?? {}
    this.assets = surroundings.folder
    this.deadline = manifest.deadline ?? defaultDeadline
    const { channels, connected, notes, tookOver } = surroundings
    this.#repetition = new Repetition(tookOver)
    const warn = (sentence: string): void => this.#log('error', sentence)
    this.#culprits = new Culprits(notes, manifest.plugins, { tookOver, warn })
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
    if (tookOver) setTimeout(() => this.#takeOver(notes.inherited), pauseBeforeTakeover)
  }

  #openFunction(packaged: PackagedPlugin): void {
    const { channels, connected, tookOver } = this.#surroundings
    const load = (): Promise<Plugin> => this.#load(packaged)
    const origin = {
      connected,
      tookOver,
      blame: () => this.#culprits.blame(packaged),
      warn: (sentence: string) => this.#log('error', `function ${packaged.name}: ${sentence}`),
      failed: (error: unknown, context: string) => this.#logFailure(packaged, placeIn(context), error),
      around: <T>(call: () => T) => this.#culprits.around(packaged, call),
    }
    const channel = new FunctionChannel(channels.function(packaged.name), this, load, origin)
    this.#functions.set(packaged.name, channel)
  }

  /**
   * After an update the engine repeats the start of the last function that it started, also if the new version does not
   * have it. An error there would roll the update back, and ends engines up to 2.1.0: so only its calls fail.
   */
  #missFunction(name: string): void {
    const { channels, connected, tookOver } = this.#surroundings
    const missing = (): Promise<Plugin> =>
      Promise.reject(new Error(`Package "${this.#manifest.name}" has no function "${name}" in this version`))
    this.#log(
      'warn',
      `The engine started the function "${name}", which this version does not have: its calls fail`,
    )
    const origin = {
      connected,
      tookOver,
      blame: () => {},
      warn: () => {},
      failed: () => {},
      around: <T>(call: () => T) => call(),
    }
    this.#functions.set(name, new FunctionChannel(channels.function(name), this, missing, origin))
  }

  log(level: Level, message: string, plugin: Plugin, place: RulePlace, error?: unknown): void {
    const who = titleOf(plugin, place)
    if (error === undefined) this.#surroundings.log.write(level, who, message)
    else this.#surroundings.errors.write(who, error, message)
  }

  #log(level: Level, message: string): void {
    this.#surroundings.log.write(level, `package ${this.#manifest.name}`, message)
  }

  store(): Promise<StateStore> {
    return this.#surroundings.store()
  }

  /** Carries out a command. Returns `ok`, or the reason why it failed. */
  async #obey(text: string): Promise<string> {
    let who = `package ${this.#manifest.name}`
    try {
      const command = decodeCommand(text)
      who = titleOf(command, command.place)
      if (command.action === 'stop') return await this.#stop(command)
      this.#repetition.check()
      return await this.#start(command, text)
    } catch (error) {
      const { isCheck, errors } = this.#surroundings
      errors.write(who, error, isCheck ? stackOf(error) : undefined)
      // An answer that begins with `h` would be a handshake to the engine.
      return this.#explain(error) ?? `Error: ${messageOf(error)}`
    }
  }

  /** An error as a check wants to know it. */
  #explain(error: unknown): string | undefined {
    return this.#surroundings.isCheck ? encodeStartRefusal(startRefusalOf(error)) : undefined
  }

  async #start(command: Command, text: string): Promise<string> {
    if (command.kind === 'function' && !this.#functions.has(command.name)) {
      this.#missFunction(command.name)
      return 'ok'
    }
    const packaged = this.#find(command.kind, command.name)
    const starting = this.#begin(packaged, command, text)
    const late = (): string => {
      // The engine waits no longer, but rows can: what goes wrong from here on is in the log.
      starting.catch((error: unknown) => this.#logFailure(packaged, command.place, error))
      return 'ok'
    }
    return within(this.deadline, starting, late)
  }

  async #begin(packaged: PackagedPlugin, command: Command, text: string, owes = false): Promise<string> {
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
      if (this.#runs.get(key) === run) this.#surroundings.notes.add(key, text, owes)
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
    const around = <T>(call: () => T): T => this.#culprits.around(packaged, call)
    const plugin = await this.#load(packaged)
    if (packaged.kind === 'source') {
      return SourceRun.start(plugin, place, { dataSource, props }, this, {
        data: channels.data(place),
        around,
        explain: error => this.#explain(error) ?? messageOf(error),
      })
    }
    const owe = (owes: boolean): void => notes.mark(keyOf(place), owes)
    const own = {
      data: channels.data(place),
      acknowledgements: channels.acknowledgements(place),
      owe,
      around,
    }
    return SinkRun.start(plugin, place, props, this, own)
  }

  /** The engine does not know that another process died: it repeats no start, and waits for its acknowledgements. */
  #takeOver(inherited: readonly Inherited[]): void {
    const names = inherited.map(({ key }) => key).join(', ')
    this.#log('warn', `took over from a process that died, with ${names === '' ? 'nothing' : names} running`)
    for (const one of inherited) {
      this.#inheriting.add(one.key)
      void this.#takeOverOne(one, firstRetry)
    }
  }

  /** Tries again, with growing pauses, until it runs or the engine has started or stopped it. */
  async #takeOverOne(inherited: Inherited, retry: number): Promise<void> {
    const { key, command, owesAcknowledgement } = inherited
    if (!this.#inheriting.has(key) || this.#runs.has(key)) return
    const later = (pause: number, next: number): void =>
      void setTimeout(() => void this.#takeOverOne(inherited, next), pause).unref()
    try {
      const decoded = decodeCommand(command)
      const packaged = this.#find(decoded.kind, decoded.name)
      const pause = this.#culprits.pauseOf(packaged)
      if (pause > 0) return later(pause, retry)
      await this.#begin(packaged, decoded, command, owesAcknowledgement)
      const run = await this.#runs.get(key)
      if (owesAcknowledgement && run instanceof SinkRun) run.answerForDead()
      this.#inheriting.delete(key)
    } catch (error) {
      this.#log('error', `${key} did not start again: ${messageOf(error)}; next try in ${retry / 1000} s`)
      later(retry, Math.min(retry * 2, longestRetry))
    }
  }

  async #stop({ kind, place }: Command): Promise<string> {
    if (kind === 'function') return 'ok'
    const key = keyOf(place)
    this.#inheriting.delete(key)
    this.#surroundings.notes.remove(key)
    const run = this.#runs.get(key)
    if (run === undefined) return 'ok'
    this.#runs.delete(key)
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
    const load = (): Promise<Plugin> => importPlugin(file, packaged.kind, packaged.symbol)
    const loading = this.#loaded.get(key) ?? this.#culprits.around(packaged, load)
    this.#loaded.set(key, loading)
    return loading.catch((error: unknown) => {
      throw new LoadError(`Cannot load ${packaged.kind} "${packaged.name}": ${messageOf(error)}`, {
        cause: error,
      })
    })
  }

  #logFailure(plugin: PackagedPlugin, place: RulePlace, error: unknown): void {
    this.#surroundings.errors.write(titleOf(plugin, place), error)
  }

  /** Ends all channels and plugins; what hangs is left after its limit. */
  async close(): Promise<void> {
    const runs = [...this.#runs.values()].map(run => run.then(started => started.stop()).catch(() => {}))
    const channels = [...this.#functions.values()].map(channel => channel.close())
    await Promise.all([this.#control.close(), ...channels, ...runs])
  }
}

/** The place in the context of a call. One that cannot be read fails the call, but not the report of that. */
function placeIn(context: string): RulePlace {
  try {
    return decodePlace(context)
  } catch {
    return decodePlace('{}')
  }
}

/** A plugin and its rule, as a line of the log names them. */
const titleOf = ({ kind, name }: Pick<Plugin, 'kind' | 'name'>, { ruleId }: RulePlace): string =>
  `${kind} ${name}${ruleId === '' ? '' : `, rule ${ruleId}`}`
