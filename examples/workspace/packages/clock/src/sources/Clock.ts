import type { About, Source, SourceContext } from 'kplug'
import * as z from 'zod'

export const about: About = { description: 'Counts up at a steady pace' }

/** The properties of a stream that reads from this source. */
export const config = z.object({
  every: z.number().int().positive().default(1000).describe('Milliseconds between two rows'),
})

/** Every rule gets an instance of its own. */
export class Clock implements Source<z.infer<typeof config>> {
  #every = 1000

  configure(_dataSource: string, props: z.infer<typeof config>) {
    this.#every = props.every
  }

  async *open(ctx: SourceContext) {
    for (let count = 1; !ctx.signal.aborted; count += 1) {
      yield { count, at: Date.now() }
      await ctx.sleep(this.#every)
    }
  }
}
