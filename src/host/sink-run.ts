import type { OversizedFrame } from '../sp/frame.js'
import { Pull } from '../sp/pull.js'
import { Push } from '../sp/push.js'
import { decodeItem } from '../data/item.js'
import { messageOf } from '../errors/reason.js'
import type { Placement } from '../runtime/placement.js'
import { RunningSink } from '../runtime/sink.js'
import { NotCalled } from './not-called.js'
import type { Keep } from './surroundings.js'
import { acknowledged, encodeRefusal } from '../ekuiper/protocol.js'

/** Where a sink's items come from, and where its acknowledgements go. */
interface SinkChannels {
  data: string
  acknowledgements: string
  /** Called for each item that the engine waits for, and again when it is acknowledged. */
  owe: (acknowledgement: boolean) => void
  /** Calls the sink. */
  around: <T>(call: () => T) => T
  /** Takes what the sink refuses for good. */
  keep: Keep | undefined
}

/** A sink of one rule. It takes the engine's items in order, and acknowledges them if the rule has `requireAck`. */
export class SinkRun {
  readonly #placement: Placement
  readonly #sink: RunningSink
  readonly #channels: SinkChannels
  /** Without `requireAck`, nobody reads acknowledgements: they would fill a buffer and block the sink. */
  readonly #acks: Push | undefined
  #pull: Pull | undefined
  #items = 0

  private constructor(
    placement: Placement,
    sink: RunningSink,
    channels: SinkChannels,
    acks: Push | undefined,
  ) {
    this.#placement = placement
    this.#sink = sink
    this.#channels = channels
    this.#acks = acks
  }

  /** Opens the sink and listens. The engine dials as soon as this has resolved. */
  static async start(
    placement: Placement,
    props: Record<string, unknown>,
    channels: SinkChannels,
  ): Promise<SinkRun> {
    const sink = await RunningSink.start(placement, props)
    // Each acknowledgement leaves at once: the engine waits for it before it sends the next item.
    const acks =
      props['requireAck'] === true ? new Push({ path: channels.acknowledgements, gather: 0 }) : undefined
    const run = new SinkRun(placement, sink, channels, acks)
    try {
      run.#pull = await Pull.listen({
        path: channels.data,
        take: message => run.#take(message),
        onOversized: frame => run.#drop(frame),
      })
      return run
    } catch (error) {
      await run.stop()
      throw error
    }
  }

  #take(message: Buffer): void | Promise<void> {
    const { around, keep } = this.#channels
    this.#begin()
    // The memory of the message is used again as soon as this returns.
    const kept = keep && Buffer.from(message)
    try {
      const item = decodeItem(message)
      const work = around(() => this.#sink.collect(item))
      if (!work) return this.#answer(acknowledged)
      return work.then(
        () => this.#answer(acknowledged),
        (error: unknown) => this.#refuse(error, kept),
      )
    } catch (error) {
      return this.#refuse(error, kept)
    }
  }

  /** The engine waits for the acknowledgement of an item that cannot be taken as for that of any other. */
  #drop(frame: OversizedFrame): void {
    this.#begin()
    void this.#refuse(new Error('The item was dropped', { cause: frame }))
  }

  #begin(): void {
    this.#items += 1
    if (this.#acks) this.#channels.owe(true)
  }

  #refuse(error: unknown, item?: Buffer): void | Promise<void> {
    const reason = messageOf(error)
    if (item) this.#channels.keep?.(item, reason)
    const { plugin, place, host } = this.#placement
    if (!NotCalled.is(error)) host.log('error', reason, plugin, place, error)
    return this.#answer(encodeRefusal(reason))
  }

  #answer(answer: string): void | Promise<void> {
    const push = this.#acks
    if (push === undefined) return undefined
    const { owe } = this.#channels
    const item = this.#items
    const goesOn = push.send(answer)
    // Recorded only after it was sent: a process that is killed before that still owes it.
    if (push.gathered === 0) owe(false)
    else void push.flush().then(() => this.#items === item && owe(false))
    return goesOn ? undefined : push.drained()
  }

  /** Acknowledges the item with which the previous process died. Otherwise the engine waits for it forever. */
  answerForDead(): void {
    void this.#refuse(new Error('The process of the package died with this item'))
  }

  async stop(): Promise<void> {
    await this.#pull?.close()
    await this.#sink.close()
    await this.#acks?.close()
  }
}
