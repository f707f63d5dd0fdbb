import { encodeJson } from '../data/encode.js'
import type { Row } from '../data/row.js'
import { encodeRow } from '../data/source-row.js'
import type { RowOutput } from '../runtime/context.js'
import type { Plugin } from '../runtime/plugin.js'
import { RunningSource, type SourceSettings } from '../runtime/source.js'
import type { LocalRun } from './local-run.js'
import type { Builds, Current } from './replacement.js'

export interface Printing {
  settings: SourceSettings
  /** Prints each row as `{"message": ROW, "meta": META}`. */
  meta: boolean
  /** Rows and errors after which the source ends. */
  limit: number
}

/** Prints the rows of one source as NDJSON, until the source ends, the limit is reached or it is closed. */
export class SourceRun {
  readonly #run: LocalRun
  readonly #plugin: Plugin
  readonly #printing: Printing
  readonly #stop = new AbortController()
  #ended: Promise<void> = Promise.resolve()

  constructor(run: LocalRun, plugin: Plugin, printing: Printing) {
    this.#run = run
    this.#plugin = plugin
    this.#printing = printing
  }

  /** Resolves when the source has ended; rejects with what it threw. */
  print(): Promise<void> {
    this.#ended = this.#print()
    return this.#ended
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#ended.catch(() => {})
  }

  async #print(): Promise<void> {
    const { place, host, signal: ending } = this.#run
    if (this.#full()) return
    const signal = AbortSignal.any([ending, this.#stop.signal])
    const output = this.#output(signal)
    const { settings } = this.#printing
    const source = await RunningSource.configure(this.#plugin, place, settings, output, host, signal)
    await source.run(signal)
  }

  #output(signal: AbortSignal): RowOutput {
    const { count, output, strict } = this.#run
    return {
      write: (row, meta) => {
        if (this.#full()) return undefined
        const wait = output.write(this.#lineOf(row, meta))
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
    return rows + failed >= this.#printing.limit
  }

  #lineOf(row: Row, meta: Row | undefined): string {
    if (!this.#printing.meta) return encodeRow(row)
    return `{"message":${encodeRow(row)},"meta":${encodeJson(meta ?? {})}}`
  }
}

/** Prints the rows of a source and of each build that replaces it, until one ends by itself. */
export async function printCurrent(
  current: Current<SourceRun>,
  builds: Builds | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const source = current.value
    try {
      await source.print()
    } catch (error) {
      if (builds === undefined) throw error
      builds.report(error)
      if (current.value === source) await current.replaced(signal)
    }
    if (current.value === source || signal.aborted) return
  }
}
