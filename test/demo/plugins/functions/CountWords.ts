import type { About, Func, FunctionContext } from 'kplug'

export const about: About = { description: 'Counts the words of all texts that it was ever given' }

export class CountWords implements Func {
  exec([text]: [string], ctx: FunctionContext) {
    return ctx.incrCounter('words', text.match(/\S+/g)?.length ?? 0)
  }
}
