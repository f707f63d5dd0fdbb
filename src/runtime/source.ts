import { isObjectLike } from '../data/object.js'
import { closeInstance, stopWith, untilStopped } from './closing.js'
import { type RowOutput, SourcePluginContext } from './context.js'
import { hasMeta } from '../data/with-meta.js'
import type { Rows } from './contract.js'
import type { Host } from './host.js'
import { type Placement, propsFor } from './placement.js'
import { instantiate, type PluginInstance } from './plugin.js'

export interface SourceSettings {
  dataSource: string
  props: Record<string, unknown>
}

/** A source in one place of a rule. It is configured, runs until it ends or is stopped, and is closed. */
export class RunningSource {
  readonly #instance: PluginInstance
  readonly #ctx: SourcePluginContext
  readonly #host: Host

  private constructor(instance: PluginInstance, ctx: SourcePluginContext, host: Host) {
    this.#instance = instance
    this.#ctx = ctx
    this.#host = host
  }

  /** Creates and configures a source. After a failure it is closed before this rejects. The signal ends the wait. */
  static async configure(
    placement: Placement,
    { dataSource, props }: SourceSettings,
    output: RowOutput,
    signal?: AbortSignal,
  ): Promise<RunningSource> {
    const { plugin, host } = placement
    const ctx = new SourcePluginContext(placement, output)
    const parsed = await propsFor(placement, props, ctx.logger)
    const instance = await instantiate(plugin)
    const release = stopWith(signal, ctx)
    try {
      await untilStopped(instance.configure?.(dataSource, parsed), 'configure', ctx, host)
    } catch (error) {
      await closeInstance(instance, ctx, host)
      throw error
    } finally {
      release()
    }
    return new RunningSource(instance, ctx, host)
  }

  /** Resolves when the source has ended or the signal has aborted, and it is closed. Rejects with what it threw. */
  async run(signal: AbortSignal): Promise<void> {
    const ctx = this.#ctx
    const release = stopWith(signal, ctx)
    try {
      if (!ctx.signal.aborted) {
        await untilStopped(consume(this.#instance.open(ctx), ctx), 'open', ctx, this.#host)
      }
    } finally {
      release()
      await closeInstance(this.#instance, ctx, this.#host)
    }
  }
}

async function consume(rows: Rows, ctx: SourcePluginContext): Promise<void> {
  if (!isIterable(rows)) return rows
  for await (const row of rows) {
    if (ctx.signal.aborted) return
    const wait = hasMeta(row) ? ctx.put(row.row, row.meta) : ctx.put(row)
    if (wait) await wait
  }
}

const isIterable = (rows: Rows): rows is Exclude<Rows, Promise<void>> =>
  isObjectLike(rows) && (Symbol.asyncIterator in rows || Symbol.iterator in rows)
