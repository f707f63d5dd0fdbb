import { setImmediate } from 'node:timers/promises'
import { closeInstance } from './closing.js'
import { parseProps } from './config/props.js'
import { type RowOutput, SourcePluginContext } from './context.js'
import type { Row } from './contract.js'
import type { Host } from './host.js'
import { within } from './limit.js'
import { instantiate, type Plugin, type PluginInstance } from './plugin.js'
import type { Place } from './state/store.js'

export interface SourceSettings {
  dataSource: string
  props: Record<string, unknown>
}

// A source whose rows cost no waiting would keep everything else from running: signals, timers, what is to be sent.
const longestTurn = 5
const rowsBetweenLooks = 16

/** A source in one place of a rule: configured, then run until it ends or is stopped, then closed. */
export class RunningSource {
  readonly #instance: PluginInstance
  readonly #ctx: SourcePluginContext
  readonly #host: Host

  private constructor(instance: PluginInstance, ctx: SourcePluginContext, host: Host) {
    this.#instance = instance
    this.#ctx = ctx
    this.#host = host
  }

  /** Makes and configures an instance; one that fails is closed again before the error goes on. */
  static async configure(
    plugin: Plugin,
    place: Place,
    { dataSource, props }: SourceSettings,
    output: RowOutput,
    host: Host,
  ): Promise<RunningSource> {
    const ctx = new SourcePluginContext(host, plugin, place, output)
    const { value, warnings } = await parseProps(plugin.config, props, 'source')
    for (const warning of warnings) ctx.logger.warn(warning)
    const instance = await instantiate(plugin)
    try {
      await instance.configure?.(dataSource, value)
    } catch (error) {
      await closeInstance(instance, ctx, host)
      throw error
    }
    return new RunningSource(instance, ctx, host)
  }

  /** Resolves when the source has ended or was stopped by the signal, and is closed; rejects with what it threw. */
  async run(signal: AbortSignal): Promise<void> {
    const ctx = this.#ctx
    const stop = (): void => ctx.abort()
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    try {
      if (!ctx.signal.aborted) await untilStopped(consume(this.#instance.open(ctx), ctx), ctx, this.#host)
    } finally {
      signal.removeEventListener('abort', stop)
      await closeInstance(this.#instance, ctx, this.#host)
    }
  }
}

/** Waits for a source's own end; after it was told to stop, only as long as the host allows. */
async function untilStopped(
  work: Promise<void>,
  ctx: SourcePluginContext,
  { closeLimit }: Host,
): Promise<void> {
  await Promise.race([work, ctx.closed])
  if (!ctx.signal.aborted) return
  await within(closeLimit, work, () => {
    ctx.logger.error(`open did not end within ${closeLimit} ms after its signal aborted: it was left behind`)
  })
}

type Rows = AsyncIterable<Row> | Iterable<Row> | Promise<void>

async function consume(rows: Rows, ctx: SourcePluginContext): Promise<void> {
  if (!isIterable(rows)) return rows
  let turnStart = performance.now()
  let count = 0
  for await (const row of rows) {
    if (ctx.signal.aborted) return
    await ctx.emit(row)
    count += 1
    if (count % rowsBetweenLooks === 0 && performance.now() - turnStart > longestTurn) {
      await setImmediate()
      turnStart = performance.now()
    }
  }
}

const isIterable = (rows: Rows): rows is AsyncIterable<Row> | Iterable<Row> =>
  typeof rows === 'object' && rows !== null && (Symbol.asyncIterator in rows || Symbol.iterator in rows)
