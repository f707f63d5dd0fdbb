import { type Command, decodeCommand, encodeStartRefusal } from '../ekuiper/protocol.js'
import { keyOf } from '../ekuiper/channels.js'
import { messageOf, stackOf } from '../errors/reason.js'
import type { Level } from '../plugin/log-level.js'
import type { PackageManifest } from '../plugin/package-manifest.js'
import type { RulePlace } from '../plugin/rule-place.js'
import type { Environment } from '../runtime/config/secrets.js'
import { DeadLetters, keepsRefused } from '../runtime/dead-letters.js'
import type { Host } from '../runtime/host.js'
import type { Plugin } from '../runtime/plugin.js'
import type { StateStore } from '../state/store.js'
import { within } from '../waiting/within.js'
import type { Commanded } from './control.js'
import { Culprits } from './culprits.js'
import { Functions } from './functions.js'
import { PackagedCode } from './packaged-code.js'
import { Repetition } from './repetition.js'
import { Runs } from './runs.js'
import { startRefusalOf } from './start-refusal.js'
import type { Shared, Surroundings } from './surroundings.js'
import { Takeover } from './takeover.js'

// By default, the engine waits 5 s for a reply.
const defaultDeadline = 4500
const closeLimit = 2000
const pauseBeforeTakeover = 250

/** A running package: all its plugins, in one process, connected to the engine's channels. */
export class PackageHost implements Host, Commanded {
  readonly env: Environment
  readonly assets: string
  readonly deadline: number
  readonly closeLimit = closeLimit
  readonly #title: string
  readonly #surroundings: Surroundings
  readonly #code: PackagedCode
  readonly #functions: Functions
  readonly #runs: Runs
  readonly #takeover: Takeover
  readonly #repetition: Repetition

  constructor(manifest: PackageManifest, surroundings: Surroundings) {
    this.#title = `package ${manifest.name}`
    this.#surroundings = surroundings
    this.env = surroundings.env ?? {}
    this.assets = surroundings.folder
    this.deadline = manifest.deadline ?? defaultDeadline
    const { deadLetters } = manifest
    const { folder, notes, tookOver } = surroundings
    const say = (level: Level, message: string): void => surroundings.log.write(level, this.#title, message)
    const letters =
      surroundings.deadLetters === undefined
        ? undefined
        : new DeadLetters(surroundings.deadLetters, sentence => say('warn', sentence), {
            limit: deadLetters && deadLetters * 2 ** 20,
          })
    this.#repetition = new Repetition(tookOver)
    const warn = (sentence: string): void => say('error', sentence)
    const culprits = new Culprits(notes, manifest.plugins, { tookOver, warn })
    this.#code = new PackagedCode(manifest, folder, culprits)
    const shared: Shared = {
      ...surroundings,
      code: this.#code,
      culprits,
      say,
      failed: (plugin, place, error) => surroundings.errors.write(titleOf(plugin, place), error),
      explain: error => this.#explain(error) ?? messageOf(error),
      refusedBy: (sink, rule, props) =>
        letters && keepsRefused(props, deadLetters !== undefined)
          ? (item, reason) => letters.keep({ rule, sink, reason }, item)
          : undefined,
    }
    this.#runs = new Runs(this, shared)
    this.#takeover = new Takeover(this.#runs, shared)
    this.#functions = new Functions(manifest, this, shared)
    // Delayed: repeated commands of the engine come first, and must be recognized first.
    if (tookOver) setTimeout(() => this.#takeover.start(notes.inherited), pauseBeforeTakeover)
  }

  log(level: Level, message: string, plugin: Plugin, place: RulePlace, error?: unknown): void {
    const who = titleOf(plugin, place)
    if (error === undefined) this.#surroundings.log.write(level, who, message)
    else this.#surroundings.errors.write(who, error, message)
  }

  store(): Promise<StateStore> {
    return this.#surroundings.store()
  }

  connected(): void {
    this.#repetition.connected()
    this.#surroundings.connected()
  }

  /** Carries out a command. Returns `ok`, or the reason why it failed. */
  async obey(text: string): Promise<string> {
    let who = this.#title
    try {
      const command = decodeCommand(text)
      who = titleOf(command, command.place)
      if (command.action === 'stop') await this.#stop(command)
      else await this.#start(command, text)
      return 'ok'
    } catch (error) {
      const { isCheck, errors } = this.#surroundings
      errors.write(who, error, isCheck ? stackOf(error) : undefined)
      // The engine takes a reply that starts with `h` for a handshake.
      return this.#explain(error) ?? `Error: ${messageOf(error)}`
    }
  }

  /** An error in the form for `kplug validate`. */
  #explain(error: unknown): string | undefined {
    return this.#surroundings.isCheck ? encodeStartRefusal(startRefusalOf(error)) : undefined
  }

  async #start(command: Command, text: string): Promise<void> {
    this.#repetition.check()
    const { errors } = this.#surroundings
    const { kind, name, place } = command
    const starting =
      kind === 'function'
        ? this.#functions.start(name)
        : this.#runs.start({ packaged: this.#code.find(kind, name), command, text })
    // After the deadline, the engine no longer waits, but rows still may. Later failures go to the log.
    const late = (): void =>
      void starting.catch((error: unknown) => errors.write(titleOf(command, place), error))
    await within(this.deadline, starting, late)
  }

  async #stop({ kind, place }: Command): Promise<void> {
    if (kind === 'function') return
    this.#takeover.forget(keyOf(place))
    await this.#runs.stop(place)
  }

  /** Closes all channels and plugins. Whatever does not close in time is abandoned. */
  async close(): Promise<void> {
    await Promise.all([this.#functions.close(), this.#runs.close()])
  }
}

/** A plugin and its rule, as in the log. */
const titleOf = ({ kind, name }: Pick<Plugin, 'kind' | 'name'>, { ruleId }: RulePlace): string =>
  `${kind} ${name}${ruleId === '' ? '' : `, rule ${ruleId}`}`
