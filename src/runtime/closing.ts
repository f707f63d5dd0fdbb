import type { PluginContext } from './context.js'
import { isNamed } from '../errors/reason.js'
import type { Host } from './host.js'
import { aborted, onAbort } from '../waiting/abort.js'
import { within } from '../waiting/within.js'

interface Closable<C> {
  close?(ctx: C): void | Promise<void>
}

/** Ends an instance: its signal aborts, then `close` runs, once, whatever happened before; one that hangs is left. */
export async function closeInstance<C extends PluginContext>(
  instance: Closable<C>,
  ctx: C,
  { closeLimit }: Host,
): Promise<void> {
  ctx.abort()
  try {
    const closing = Promise.resolve(instance.close?.(ctx))
    await within(closeLimit, closing, () => {
      ctx.logger.error(`close did not end within ${closeLimit} ms: it was left behind`)
    })
  } catch (error) {
    ctx.failed('close', error)
  } finally {
    ctx.leave()
  }
  await releaseShared(ctx, closeLimit)
}

async function releaseShared(ctx: PluginContext, closeLimit: number): Promise<void> {
  try {
    await within(closeLimit, ctx.release(), () => {
      ctx.logger.error(`what was shared did not close within ${closeLimit} ms: it was left behind`)
    })
  } catch (error) {
    ctx.failed('closing a shared resource', error)
  }
}

/**
 * Waits for a plugin's own work; once its signal has aborted, only as long as the host allows. What a plugin throws
 * because its signal aborted (`fetch` with `ctx.signal` does) is no failure.
 */
export async function untilStopped(
  work: void | Promise<void>,
  what: string,
  ctx: PluginContext,
  { closeLimit }: Host,
): Promise<void> {
  const running = Promise.resolve(work)
  try {
    await Promise.race([running, aborted(ctx.signal)])
    if (!ctx.signal.aborted) return
    await within(closeLimit, running, () => {
      ctx.logger.error(
        `${what} did not end within ${closeLimit} ms after its signal aborted: it was left behind`,
      )
    })
  } catch (error) {
    if (!ctx.signal.aborted || !isAbort(error, ctx.signal)) throw error
  }
}

const isAbort = (error: unknown, { reason }: AbortSignal): boolean =>
  error === reason || isNamed(error, 'AbortError')

/** Aborts the context of a plugin with a signal of its host. Returns a function that ends that. */
export const stopWith = (signal: AbortSignal | undefined, ctx: PluginContext): (() => void) =>
  signal === undefined ? () => {} : onAbort(signal, () => ctx.abort())
