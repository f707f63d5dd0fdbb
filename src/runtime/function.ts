import { closeInstance, untilStopped } from './closing.js'
import { PluginContext } from './context.js'
import { isPromise, withDeadline } from './deadline.js'
import type { Host } from './host.js'
import { within } from '../waiting/within.js'
import { instantiate, type Plugin, type PluginInstance } from './plugin.js'
import type { RulePlace } from '../plugin/rule-place.js'

/** How many places of one function keep an instance. The engine does not report when a rule is deleted. */
export const maxPlaces = 1000

interface Occupant {
  instance: PluginInstance
  ctx: PluginContext
}

interface Arriving {
  ctx: PluginContext
  ready: Promise<Occupant>
}

/**
 * A function in all its places. The key of a place is the text that the engine sends with every call. A place gets its
 * instance at the first call. If there are too many instances, the least recently used one is closed.
 */
export class RunningFunction {
  readonly #plugin: Plugin
  readonly #host: Host
  /** Ordered by last use. */
  readonly #occupants = new Map<string, Occupant>()
  readonly #arriving = new Map<string, Arriving>()
  #newest: string | undefined
  #checker: Promise<PluginInstance> | undefined

  constructor(plugin: Plugin, host: Host) {
    this.#plugin = plugin
    this.#host = host
  }

  /** Throws to refuse a call. It runs on a separate instance, as `isAggregate` does. */
  async validate(args: readonly unknown[]): Promise<void> {
    const checker = await this.#checkingInstance()
    await checker.validate?.(args)
  }

  async isAggregate(): Promise<boolean> {
    const checker = await this.#checkingInstance()
    return (await checker.isAggregate?.()) === true
  }

  #checkingInstance(): Promise<PluginInstance> {
    const made = this.#checker ?? instantiate(this.#plugin)
    this.#checker = made
    made.catch(() => {
      this.#checker = undefined
    })
    return made
  }

  /** Calls the function. Returns its value, or a promise if the function does. Throws or rejects to fail the row. */
  exec(args: readonly unknown[], key: string, placeOf: (key: string) => RulePlace): unknown {
    const occupant = this.#occupants.get(key)
    if (occupant === undefined) return this.#firstCall(args, key, placeOf)
    if (key !== this.#newest) this.#touch(key, occupant)
    return this.#call(occupant, args)
  }

  /** The deadline also counts while the instance opens. After it, the instance continues to open for the next calls. */
  async #firstCall(
    args: readonly unknown[],
    key: string,
    placeOf: (key: string) => RulePlace,
  ): Promise<unknown> {
    const { kind, name } = this.#plugin
    const { deadline } = this.#host
    const start = performance.now()
    const occupant = await within(deadline, this.#arrive(key, placeOf), () => {
      throw new Error(`The ${kind} "${name}" was not ready within ${deadline} ms`)
    })
    return this.#call(occupant, args, performance.now() - start)
  }

  #call(occupant: Occupant, args: readonly unknown[], spent = 0): unknown {
    const { ctx, instance } = occupant
    const result = instance.exec(args, ctx)
    if (!isPromise(result)) return result
    const overdue = (): void => {
      const next = ctx.renew()
      if (occupant.ctx === ctx) occupant.ctx = next
    }
    return withDeadline(result, 'exec', { host: this.#host, plugin: this.#plugin, ctx, spent, overdue })
  }

  #touch(key: string, occupant: Occupant): void {
    this.#occupants.delete(key)
    this.#occupants.set(key, occupant)
    this.#newest = key
  }

  #arrive(key: string, placeOf: (key: string) => RulePlace): Promise<Occupant> {
    const arriving = this.#arriving.get(key)
    if (arriving) return arriving.ready
    const place = placeOf(key)
    const ctx = new PluginContext({ plugin: this.#plugin, place, host: this.#host })
    const ready = this.#settle(key, ctx)
    this.#arriving.set(key, { ctx, ready })
    return ready
  }

  async #settle(key: string, ctx: PluginContext): Promise<Occupant> {
    try {
      const instance = await instantiate(this.#plugin)
      const occupant = { instance, ctx }
      await this.#open(occupant)
      this.#touch(key, occupant)
      this.#makeRoom()
      return occupant
    } finally {
      this.#arriving.delete(key)
    }
  }

  async #open({ instance, ctx }: Occupant): Promise<void> {
    try {
      await untilStopped(instance.open?.(ctx), 'open', ctx, this.#host)
      if (ctx.signal.aborted) throw new Error(`${this.#plugin.kind} "${this.#plugin.name}" was stopped`)
    } catch (error) {
      await closeInstance(instance, ctx, this.#host)
      throw error
    }
  }

  #makeRoom(): void {
    const [oldest] = this.#occupants
    if (this.#occupants.size <= maxPlaces || oldest === undefined) return
    const [key, { instance, ctx }] = oldest
    this.#occupants.delete(key)
    void closeInstance(instance, ctx, this.#host)
  }

  /** Closes every instance. One that is still opening is aborted first. */
  async close(): Promise<void> {
    const arriving = [...this.#arriving.values()]
    for (const { ctx } of arriving) ctx.abort()
    const leaving = [...this.#occupants.values()]
    this.#occupants.clear()
    await Promise.all([
      ...leaving.map(({ instance, ctx }) => closeInstance(instance, ctx, this.#host)),
      ...arriving.map(({ ready }) => ready.catch(() => {})),
    ])
  }
}
