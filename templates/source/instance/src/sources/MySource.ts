import type { About, Source, SourceContext } from 'kplug'

export const about: About = { description: 'Tells the time every second' }

/** One instance, shared by all rules: it keeps nothing of its own. */
export const MySource: Source = {
  async *open(ctx: SourceContext) {
    while (!ctx.signal.aborted) {
      yield { at: Date.now() }
      await ctx.sleep(1000)
    }
  },
}
