import type { PluginContext } from './context.js'
import { isNamed } from '../errors/reason.js'
import type { Host } from './host.js'
import { aborted, onAbort } from '../waiting/abort.js'
import { within } from '../waiting/within.js'

interface Closable<C> {
  close?(ctx: C): void | Promise<void>
}

/** Closes an instance: its signal aborts, then `close` runs once, whatever failed before. One that hangs is abandoned. */
export async function closeInstance<C extends PluginContext>(
  instance: Closable<C>,
  ctx: C,
  { closeLimit }: Host,
): Promise<void> {
  ctx.abort()
  try {
    const closing = Promise.resolve(instance.close?.(ctx))
    await within(closeLimit, closing, () => {
      ctx.logger.error(`close did not end within ${closeLimit} ms and was abandoned`)
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
      ctx.logger.error(`a shared resource did not close within ${closeLimit} ms and was abandoned`)
    })
  } catch (error) {
    ctx.failed('closing a shared resource', error)
  }
}

/**
 * Waits for the work of a plugin. After its signal has aborted, it waits no longer than the host allows. An error that
 * the abort caused is not a failure: `fetch` with `ctx.signal` throws one.
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
        `${what} did not end within ${closeLimit} ms after its signal aborted and was abandoned`,
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
