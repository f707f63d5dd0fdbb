import * as fs from 'node:fs'
import { decodeCommand } from '../ekuiper/protocol.js'
import { messageOf } from '../errors/reason.js'
import type { Inherited } from './notes.js'
import type { Runs } from './runs.js'
import { SinkRun } from './sink-run.js'
import type { Shared } from './surroundings.js'

const firstRetry = 1000
const longestRetry = 60_000

/**
 * Restarts what was running in a process that died. The engine does not notice the new process: it repeats no start,
 * and waits for acknowledgements of the previous one.
 */
export class Takeover {
  readonly #runs: Runs
  readonly #shared: Shared
  /** The keys of runs that are not taken over yet. */
  readonly #waiting = new Set<string>()

  constructor(runs: Runs, shared: Shared) {
    this.#runs = runs
    this.#shared = shared
  }

  start(inherited: readonly Inherited[]): void {
    const names = inherited.map(({ key }) => key).join(', ')
    this.#shared.say(
      'warn',
      `took over from a process that died, with ${names === '' ? 'nothing' : names} running`,
    )
    for (const one of inherited) {
      this.#waiting.add(one.key)
      void this.#startAgain(one, firstRetry)
    }
  }

  /** Drops runs that the engine has stopped. */
  forget(key: string): void {
    this.#waiting.delete(key)
  }

  /** The engine listens for the rows of every source that it runs. It sent the stop of this one to a dead process. */
  #drop(key: string): void {
    this.#waiting.delete(key)
    this.#shared.notes.remove(key)
    this.#shared.say('info', `${key} is not started again: its rule has stopped`)
  }

  /** Retries with increasing pauses, until the run has started or the engine has started or stopped it. */
  async #startAgain(inherited: Inherited, retry: number): Promise<void> {
    const { key, command: text, owesAcknowledgement } = inherited
    const { channels, code, culprits, say } = this.#shared
    const runs = this.#runs
    if (!this.#waiting.has(key) || runs.get(key)) return
    const later = (pause: number, next: number): void =>
      void setTimeout(() => void this.#startAgain(inherited, next), pause).unref()
    try {
      const command = decodeCommand(text)
      const packaged = code.find(command.kind, command.name)
      if (packaged.kind === 'source' && !fs.existsSync(channels.data(command.place))) return this.#drop(key)
      const pause = culprits.pauseOf(packaged)
      if (pause > 0) return later(pause, retry)
      await runs.start({ packaged, command, text }, owesAcknowledgement)
      const run = await runs.get(key)
      if (owesAcknowledgement && run instanceof SinkRun) run.answerForDead()
      this.#waiting.delete(key)
    } catch (error) {
      say('error', `${key} did not start again: ${messageOf(error)}; next try in ${retry / 1000} s`)
      later(retry, Math.min(retry * 2, longestRetry))
    }
  }
}
