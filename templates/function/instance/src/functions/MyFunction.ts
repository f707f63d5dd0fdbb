import type { About, Func } from 'kplug'

export const about: About = {
  description: 'Returns its argument',
  example: 'myFunction(name)',
  args: [{ name: 'value', type: 'any', description: 'Any value' }],
  returns: { type: 'any', description: 'The same value' },
}

/** One instance, shared by all rules: it keeps nothing of its own. */
export const MyFunction: Func = {
  validate(args: readonly unknown[]) {
    if (args.length !== 1) throw new Error(`myFunction takes one argument, got ${args.length} arguments`)
  },

  exec([value]: readonly unknown[]) {
    return value
  },
}
