import { withoutNesting } from '../data/item.js'
import { closeInstance, stopWith, untilStopped } from './closing.js'
import { parseProps } from './config/props.js'
import { PluginContext } from './context.js'
import { isPromise, withDeadline } from './deadline.js'
import type { Host } from './host.js'
import { instantiate, type Plugin, type PluginInstance } from './plugin.js'
import type { RulePlace } from '../plugin/rule-place.js'

/** A sink in one place of a rule. It is opened, receives one item at a time, and is closed. */
export class RunningSink {
  readonly #plugin: Plugin
  readonly #host: Host
  readonly #instance: PluginInstance
  #ctx: PluginContext
  #closed: Promise<void> | undefined

  private constructor(plugin: Plugin, host: Host, instance: PluginInstance, ctx: PluginContext) {
    this.#plugin = plugin
    this.#host = host
    this.#instance = instance
    this.#ctx = ctx
  }

  /** Configures and opens a sink. After a failure it is closed before this rejects. The signal ends the wait. */
  static async start(
    plugin: Plugin,
    place: RulePlace,
    props: Record<string, unknown>,
    host: Host,
    signal?: AbortSignal,
  ): Promise<RunningSink> {
    const ctx = new PluginContext(host, plugin, place)
    const { value, warnings } = await parseProps(plugin.config, props, 'sink', host.env)
    for (const warning of warnings) ctx.logger.warn(warning)
    const sink = new RunningSink(plugin, host, await instantiate(plugin), ctx)
    const release = stopWith(signal, ctx)
    try {
      await untilStopped(sink.#configure(value), 'open', ctx, host)
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
      host: this.#host,
      plugin: this.#plugin,
      ctx: this.#ctx,
      overdue: () => this.#renewContext(),
    }) as Promise<void>
  }

  /** The signal of the late call aborts, and the next call gets a new one. */
  #renewContext(): void {
    this.#ctx = this.#ctx.succeed()
  }

  close(): Promise<void> {
    this.#closed ??= closeInstance(this.#instance, this.#ctx, this.#host)
    return this.#closed
  }
}
