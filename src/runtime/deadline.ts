import { isObjectLike } from '../data/object.js'
import type { PluginContext } from './context.js'
import type { Host } from './host.js'
import type { Plugin } from './plugin.js'

const warned = new WeakSet<object>()

interface Call {
  host: Host
  plugin: Plugin
  ctx: PluginContext
  /** Milliseconds before the call could be made. They count. */
  spent?: number
  overdue: () => void
}

/**
 * Gives a call a deadline. At half of it, each plugin is warned once. At its end the call fails and `overdue` runs. A call
 * that returns at once never gets here, so it needs no timer.
 */
export function withDeadline<T>(
  call: PromiseLike<T>,
  what: string,
  { host, plugin, ctx, spent = 0, overdue }: Call,
): Promise<T> {
  const { deadline } = host
  if (deadline === 0) return Promise.resolve(call)
  return new Promise<T>((resolve, reject) => {
    const half = setTimeout(
      () => {
        if (warned.has(plugin)) return
        warned.add(plugin)
        ctx.logger.warn(`${what} takes longer than ${deadline / 2} ms. Its row fails at ${deadline} ms`)
      },
      deadline / 2 - spent,
    )
    const end = setTimeout(() => {
      reject(new Error(`${what} of ${plugin.kind} "${plugin.name}" took longer than ${deadline} ms`))
      overdue()
    }, deadline - spent)
    const settle =
      <V>(then: (value: V) => void) =>
      (value: V): void => {
        clearTimeout(half)
        clearTimeout(end)
        then(value)
      }
    call.then(settle(resolve), settle(reject))
  })
}

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  isObjectLike(value) && 'then' in value && typeof value.then === 'function'
