import type { About, Sink, SinkContext } from 'kplug'

export const about: About = { description: 'Writes what it gets to the log' }

/** One instance, shared by all rules: it keeps nothing of its own. */
export const MySink: Sink = {
  collect(ctx: SinkContext, data: unknown) {
    ctx.logger.info(JSON.stringify(data))
  },
}
