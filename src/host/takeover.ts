import { decodeCommand } from '../ekuiper/protocol.js'
import { messageOf } from '../errors/reason.js'
import type { Level } from '../plugin/log-level.js'
import type { Culprits } from './culprits.js'
import type { Inherited } from './notes.js'
import type { PackagedCode } from './packaged-code.js'
import type { Runs } from './runs.js'
import { SinkRun } from './sink-run.js'

const firstRetry = 1000
const longestRetry = 60_000

/** What a takeover needs of its package. */
interface Surroundings {
  code: PackagedCode
  culprits: Culprits
  runs: Runs
  log: (level: Level, message: string) => void
}

/**
 * Starts again what a process that died was running. The engine does not know that another one replaced it: it repeats
 * no start, and waits for its acknowledgements.
 */
export class Takeover {
  readonly #surroundings: Surroundings
  /** The keys of what is still to be taken over. */
  readonly #waiting = new Set<string>()

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  start(inherited: readonly Inherited[]): void {
    const names = inherited.map(({ key }) => key).join(', ')
    const { log } = this.#surroundings
    log('warn', `took over from a process that died, with ${names === '' ? 'nothing' : names} running`)
    for (const one of inherited) {
      this.#waiting.add(one.key)
      void this.#startAgain(one, firstRetry)
    }
  }

  /** Leaves out what the engine has stopped. */
  forget(key: string): void {
    this.#waiting.delete(key)
  }

  /** Tries again, with growing pauses, until it runs or the engine has started or stopped it. */
  async #startAgain(inherited: Inherited, retry: number): Promise<void> {
    const { key, command: text, owesAcknowledgement } = inherited
    const { code, culprits, runs, log } = this.#surroundings
    if (!this.#waiting.has(key) || runs.get(key)) return
    const later = (pause: number, next: number): void =>
      void setTimeout(() => void this.#startAgain(inherited, next), pause).unref()
    try {
      const command = decodeCommand(text)
      const packaged = code.find(command.kind, command.name)
      const pause = culprits.pauseOf(packaged)
      if (pause > 0) return later(pause, retry)
      await runs.start({ packaged, command, text }, owesAcknowledgement)
      const run = await runs.get(key)
      if (owesAcknowledgement && run instanceof SinkRun) run.answerForDead()
      this.#waiting.delete(key)
    } catch (error) {
      log('error', `${key} did not start again: ${messageOf(error)}; next try in ${retry / 1000} s`)
      later(retry, Math.min(retry * 2, longestRetry))
    }
  }
}
