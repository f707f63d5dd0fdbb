import type { PluginContext } from './context.js'
import { type Host, messageOf } from './host.js'
import { within } from './limit.js'

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
    ctx.logger.error(`close failed: ${messageOf(error)}`)
  }
  await releaseShared(ctx, closeLimit)
}

async function releaseShared(ctx: PluginContext, closeLimit: number): Promise<void> {
  try {
    await within(closeLimit, ctx.release(), () => {
      ctx.logger.error(`what was shared did not close within ${closeLimit} ms: it was left behind`)
    })
  } catch (error) {
    ctx.logger.error(`what was shared could not be closed: ${messageOf(error)}`)
  }
}
