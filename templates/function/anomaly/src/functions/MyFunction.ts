import type { About, Func, FunctionContext } from 'kplug'

export const about: About = {
  description: {
    en: 'Scores how many standard deviations a value is away from the mean of those before',
    zh: '计算数值偏离历史均值多少个标准差',
  },
  label: { en: 'Anomaly score', zh: '异常评分' },
  example: 'myFunction(temperature)',
  args: [
    {
      name: 'value',
      type: 'float',
      label: { en: 'Value', zh: '数值' },
      description: { en: 'The value to score', zh: '要评分的数值' },
    },
  ],
  returns: {
    type: 'float',
    description: { en: 'The score: 0 is usual, above 3 is rare', zh: '评分：0 为正常，大于 3 为罕见' },
  },
}

/** What is known of the values so far (Welford's method). */
interface Seen {
  count: number
  mean: number
  /** The sum of squared differences from the mean. */
  squares: number
}

const nothing: Seen = { count: 0, mean: 0, squares: 0 }

/** The state outlives restarts and updates, so that the score does not start from nothing. */
export class MyFunction implements Func<[number]> {
  validate(args: readonly unknown[]) {
    if (args.length !== 1) throw new Error(`myFunction takes one number, got ${args.length} arguments`)
  }

  async exec([value]: [number], ctx: FunctionContext) {
    if (typeof value !== 'number') throw new TypeError(`myFunction takes a number, got ${typeof value}`)
    // Nobody else writes this key.
    const seen = ((await ctx.getState('seen')) as Seen | undefined) ?? nothing
    await ctx.putState('seen', withValue(seen, value))
    return score(seen, value)
  }
}

function withValue({ count, mean, squares }: Seen, value: number): Seen {
  const next = mean + (value - mean) / (count + 1)
  return { count: count + 1, mean: next, squares: squares + (value - mean) * (value - next) }
}

function score({ count, mean, squares }: Seen, value: number): number {
  const deviation = count > 1 ? Math.sqrt(squares / (count - 1)) : 0
  return deviation === 0 ? 0 : Math.abs(value - mean) / deviation
}
