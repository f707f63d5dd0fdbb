import { Push } from '../sp/push.js'
import type { RowOutput } from '../runtime/context.js'
import type { Row } from '../data/row.js'
import { encodeJson } from '../data/encode.js'
import { encodeRow } from '../data/source-row.js'
import { messageOf } from '../errors/reason.js'
import type { Placement } from '../runtime/placement.js'
import { RunningSource, type SourceSettings } from '../runtime/source.js'
import { NotCalled } from './not-called.js'
import { sleep } from '../waiting/abort.js'
import { encodeSourceError, encodeTuple } from '../ekuiper/protocol.js'

const firstPause = 1000
const longestPause = 60_000

/** Where a source's rows go. */
interface SourceChannels {
  data: string
  /** Calls the source. */
  around: <T>(call: () => T) => T
  /** Sends an error to the engine. */
  explain: (error: unknown) => string
}

/** A source of one rule. Its rows go to the engine. After an error it is opened again, with increasing pauses. */
export class SourceRun {
  readonly #placement: Placement
  readonly #settings: SourceSettings
  readonly #push: Push
  readonly #channels: SourceChannels
  readonly #stopped = new AbortController()
  readonly #output: RowOutput
  #ended: Promise<void> = Promise.resolve()

  private constructor(placement: Placement, settings: SourceSettings, channels: SourceChannels) {
    this.#channels = channels
    this.#placement = placement
    this.#settings = settings
    this.#push = new Push({ path: channels.data })
    this.#output = {
      write: (row: Row, meta: Row | undefined) =>
        this.#send(encodeTuple(encodeRow(row), meta === undefined ? '{}' : encodeJson(meta))),
      error: reason => {
        this.#log('error', messageOf(reason), reason)
        void this.#send(encodeSourceError(channels.explain(reason)))
      },
    }
  }

  /** Configures the source, and runs it in the background. Rejects if it cannot be configured. */
  static async start(
    placement: Placement,
    settings: SourceSettings,
    channels: SourceChannels,
  ): Promise<SourceRun> {
    const run = new SourceRun(placement, settings, channels)
    try {
      const source = await run.#configure()
      run.#ended = run.#keepRunning(source)
      return run
    } catch (error) {
      await run.stop()
      throw error
    }
  }

  #configure(): Promise<RunningSource> {
    return RunningSource.configure(this.#placement, this.#settings, this.#output)
  }

  #send(message: string): Promise<void> | undefined {
    return this.#push.send(message) ? undefined : this.#push.drained()
  }

  async #keepRunning(first: RunningSource | undefined): Promise<void> {
    const { signal } = this.#stopped
    let source = first
    for (let pause = firstPause; !signal.aborted; pause = Math.min(pause * 2, longestPause)) {
      const start = performance.now()
      try {
        source ??= await this.#configure()
        const running = source
        await this.#channels.around(() => running.run(signal))
        this.#log('info', 'the source has ended')
        return
      } catch (error) {
        if (signal.aborted) return
        // A source that ran for a long time has not failed repeatedly.
        if (performance.now() - start > longestPause) pause = firstPause
        this.#failed(error, pause)
      }
      source = undefined
      await sleep(pause, signal)
    }
  }

  #failed(error: unknown, pause: number): void {
    const reason = messageOf(error)
    if (!NotCalled.is(error)) {
      this.#log('error', `${reason}; the source is opened again in ${pause / 1000} s`, error)
    }
    void this.#send(encodeSourceError(this.#channels.explain(error)))
  }

  #log(level: 'info' | 'error', message: string, error?: unknown): void {
    const { plugin, place, host } = this.#placement
    host.log(level, message, plugin, place, error)
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#ended
    await this.#push.close()
  }
}
