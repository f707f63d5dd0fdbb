import { listenPull, type Pull } from '../../sp/pull.js'
import { dialPush, type Push } from '../../sp/push.js'
import { decodeItem } from '../data/item.js'
import { type Host, messageOf } from '../host.js'
import type { Plugin } from '../plugin.js'
import { RunningSink } from '../sink.js'
import type { Place } from '../state/store.js'
import { acknowledged, encodeRefusal } from './protocol.js'

/** Where a sink's items come from, and where its acknowledgements go. */
interface SinkPaths {
  data: string
  acknowledgements: string
}

/** A sink of one rule: it takes the engine's items in order, and answers each one exactly when the rule asks for that. */
export class SinkRun {
  readonly #plugin: Plugin
  readonly #place: Place
  readonly #host: Host
  readonly #sink: RunningSink
  /** Where nobody asked for acknowledgements nobody reads them: they would fill a buffer and block the sink. */
  readonly #acks: Push | undefined
  #pull: Pull | undefined

  private constructor(plugin: Plugin, place: Place, host: Host, sink: RunningSink, acks: Push | undefined) {
    this.#plugin = plugin
    this.#place = place
    this.#host = host
    this.#sink = sink
    this.#acks = acks
  }

  /** Opens the sink and listens: the engine dials as soon as this has resolved. */
  static async start(
    plugin: Plugin,
    place: Place,
    props: Record<string, unknown>,
    host: Host,
    paths: SinkPaths,
  ): Promise<SinkRun> {
    const sink = await RunningSink.start(plugin, place, props, host)
    // Each acknowledgement leaves at once: the engine waits for it before it sends the next item.
    const acks =
      props['requireAck'] === true ? dialPush({ path: paths.acknowledgements, gather: 0 }) : undefined
    const run = new SinkRun(plugin, place, host, sink, acks)
    try {
      run.#pull = await listenPull({ path: paths.data, take: message => run.#take(message) })
      return run
    } catch (error) {
      await run.stop()
      throw error
    }
  }

  #take(message: Buffer): void | Promise<void> {
    try {
      const work = this.#sink.collect(decodeItem(message))
      if (!work) return this.#acknowledge()
      return work.then(
        () => this.#acknowledge(),
        (error: unknown) => this.#refuse(error),
      )
    } catch (error) {
      return this.#refuse(error)
    }
  }

  #acknowledge(): void | Promise<void> {
    if (this.#acks && !this.#acks.send(acknowledged)) return this.#acks.drained()
    return undefined
  }

  #refuse(error: unknown): void | Promise<void> {
    const reason = messageOf(error)
    this.#host.log('error', reason, this.#plugin, this.#place)
    if (this.#acks && !this.#acks.send(encodeRefusal(reason))) return this.#acks.drained()
    return undefined
  }

  async stop(): Promise<void> {
    await this.#pull?.close()
    await this.#sink.close()
    await this.#acks?.close()
  }
}
