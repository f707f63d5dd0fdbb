import { keyOf } from '../ekuiper/channels.js'
import type { Command } from '../ekuiper/protocol.js'
import type { PackagedPlugin } from '../plugin/package-manifest.js'
import type { RulePlace } from '../plugin/rule-place.js'
import type { Host } from '../runtime/host.js'
import { SinkRun } from './sink-run.js'
import { SourceRun } from './source-run.js'
import type { Shared } from './surroundings.js'

type Run = SourceRun | SinkRun

/** A source or sink that the engine starts. */
export interface Start {
  packaged: PackagedPlugin
  command: Command
  /** The command as the engine sent it. */
  text: string
}

/** The sources and sinks of a package, by the name that the engine uses for each. */
export class Runs {
  readonly #host: Host
  readonly #shared: Shared
  readonly #byKey = new Map<string, Promise<Run>>()

  constructor(host: Host, shared: Shared) {
    this.#host = host
    this.#shared = shared
  }

  get(key: string): Promise<Run> | undefined {
    return this.#byKey.get(key)
  }

  /** Starts a run, after the previous run in its place has stopped. Rejects if it cannot start. */
  async start(start: Start, owesAcknowledgement = false): Promise<void> {
    const key = keyOf(start.command.place)
    const run = this.#replace(this.#byKey.get(key), start)
    this.#byKey.set(key, run)
    try {
      await run
      if (this.#byKey.get(key) === run) this.#shared.notes.add(key, start.text, owesAcknowledgement)
    } catch (error) {
      if (this.#byKey.get(key) === run) this.#byKey.delete(key)
      throw error
    }
  }

  async #replace(previous: Promise<Run> | undefined, { packaged, command }: Start): Promise<Run> {
    const { channels, notes, culprits, code, explain, refusedBy } = this.#shared
    const { place, props, dataSource } = command
    await stop(previous)
    const placement = { plugin: await code.load(packaged), place, host: this.#host }
    const data = channels.data(place)
    const around = <T>(call: () => T): T => culprits.around(packaged, call)
    if (packaged.kind === 'source')
      return SourceRun.start(placement, { dataSource, props }, { data, around, explain })
    const acknowledgements = channels.acknowledgements(place)
    const owe = (owes: boolean): void => notes.mark(keyOf(place), owes)
    const keep = refusedBy(packaged.name, place.ruleId, props)
    return SinkRun.start(placement, props, { data, acknowledgements, owe, around, keep })
  }

  async stop(place: RulePlace): Promise<void> {
    const key = keyOf(place)
    this.#shared.notes.remove(key)
    const run = this.#byKey.get(key)
    this.#byKey.delete(key)
    await stop(run)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byKey.values()].map(stop))
  }
}

async function stop(run: Promise<Run> | undefined): Promise<void> {
  await run?.then(started => started.stop()).catch(() => {})
}
