import { encodeJson } from '../data/encode.js'
import { encodeRow } from '../data/source-row.js'
import type { RowOutput } from '../runtime/context.js'
import type { Plugin } from '../runtime/plugin.js'
import { RunningSource, type SourceSettings } from '../runtime/source.js'
import type { LocalRun } from './local-run.js'
import type { NewBuilds, Current } from './replacement.js'

export interface Reading {
  settings: SourceSettings
  /** The source ends after this many rows and errors. */
  limit: number
  /** Receives the JSON of a row and of its metadata. Returns a promise if the next row has to wait. */
  take: (row: string, meta: string | undefined) => Promise<void> | undefined
}

/** Reads the rows of one source, until the source ends, the limit is reached, or it is closed. */
export class SourceRun {
  readonly #run: LocalRun
  readonly #plugin: Plugin
  readonly #reading: Reading
  readonly #stop = new AbortController()
  #ended: Promise<void> = Promise.resolve()

  constructor(run: LocalRun, plugin: Plugin, reading: Reading) {
    this.#run = run
    this.#plugin = plugin
    this.#reading = reading
  }

  /** Resolves when the source has ended; rejects with the error that it threw. */
  read(): Promise<void> {
    this.#ended = this.#read()
    return this.#ended
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#ended.catch(() => {})
  }

  async #read(): Promise<void> {
    const { place, host, signal: ending } = this.#run
    if (this.#full()) return
    const signal = AbortSignal.any([ending, this.#stop.signal])
    const output = this.#output(signal)
    const { settings } = this.#reading
    const source = await RunningSource.configure(
      { plugin: this.#plugin, place, host },
      settings,
      output,
      signal,
    )
    await source.run(signal)
  }

  #output(signal: AbortSignal): RowOutput {
    const { count, strict } = this.#run
    return {
      write: (row, meta) => {
        if (this.#full()) return undefined
        const wait = this.#reading.take(encodeRow(row), meta && encodeJson(meta))
        count.rows += 1
        if (this.#full()) this.#stop.abort()
        return wait
      },
      error: reason => {
        // A source that only reports errors may never wait, so nothing else would end it.
        this.#run.tick()
        if (signal.aborted) throw signal.reason
        this.#run.failed(reason, undefined)
        if (strict || this.#full()) this.#stop.abort()
      },
    }
  }

  #full(): boolean {
    const { rows, failed } = this.#run.count
    return rows + failed >= this.#reading.limit
  }
}

/** Reads a source and each build that replaces it, until one ends by itself. */
export async function readCurrent(
  current: Current<SourceRun>,
  builds: NewBuilds | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const source = current.value
    try {
      await source.read()
    } catch (error) {
      if (builds === undefined) throw error
      builds.report(error)
      if (current.value === source) await current.replaced(signal)
    }
    if (current.value === source || signal.aborted) return
  }
}
