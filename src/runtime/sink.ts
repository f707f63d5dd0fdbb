import { withoutNesting } from '../data/item.js'
import { closeInstance, stopWith, untilStopped } from './closing.js'
import { PluginContext } from './context.js'
import { isPromise, withDeadline } from './deadline.js'
import { type Placement, propsFor } from './placement.js'
import { instantiate, type PluginInstance } from './plugin.js'

/** A sink in one place of a rule. It is opened, receives one item at a time, and is closed. */
export class RunningSink {
  readonly #placement: Placement
  readonly #instance: PluginInstance
  #ctx: PluginContext
  #closed: Promise<void> | undefined

  private constructor(placement: Placement, instance: PluginInstance, ctx: PluginContext) {
    this.#placement = placement
    this.#instance = instance
    this.#ctx = ctx
  }

  /** Configures and opens a sink. After a failure it is closed before this rejects. The signal ends the wait. */
  static async start(
    placement: Placement,
    props: Record<string, unknown>,
    signal?: AbortSignal,
  ): Promise<RunningSink> {
    const ctx = new PluginContext(placement)
    const parsed = await propsFor(placement, props, ctx.logger)
    const sink = new RunningSink(placement, await instantiate(placement.plugin), ctx)
    const release = stopWith(signal, ctx)
    try {
      await untilStopped(sink.#configure(parsed), 'open', ctx, placement.host)
      return sink
    } catch (error) {
      await sink.close()
      throw error
    } finally {
      release()
    }
  }

  async #configure(props: Record<string, unknown>): Promise<void> {
    await this.#instance.configure?.(props)
    await this.#instance.open?.(this.#ctx)
  }

  /** Passes one item to the sink. Returns a promise if the sink does; the next item has to wait for it. */
  collect(data: unknown): void | Promise<void> {
    const result: unknown = this.#instance.collect(this.#ctx, withoutNesting(data))
    if (!isPromise(result)) return undefined
    return withDeadline(result, 'collect', {
      ...this.#placement,
      ctx: this.#ctx,
      overdue: () => {
        this.#ctx = this.#ctx.renew()
      },
    }) as Promise<void>
  }

  close(): Promise<void> {
    this.#closed ??= closeInstance(this.#instance, this.#ctx, this.#placement.host)
    return this.#closed
  }
}
