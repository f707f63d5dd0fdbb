import type { About, Sink, SinkContext } from 'kplug'
import * as z from 'zod'

export const about: About = { description: 'Writes what it gets to the log' }

/** The properties of a rule's action with this sink. */
export const config = z.object({
  prefix: z.string().default('got').describe('What each line begins with'),
})

/** Every rule gets an instance of its own. */
export class MySink implements Sink<z.infer<typeof config>> {
  #prefix = 'got'

  configure(props: z.infer<typeof config>) {
    this.#prefix = props.prefix
  }

  collect(ctx: SinkContext, data: unknown) {
    ctx.logger.info(`${this.#prefix} ${JSON.stringify(data)}`)
  }
}
