import type { About, Func } from 'kplug'

export const about: About = {
  description: 'Returns its argument',
  example: 'sameText(name)',
  args: [{ name: 'value', type: 'any', description: 'Any value' }],
  returns: { type: 'any', description: 'The same value' },
}

/** Every place in a rule's SQL that calls the function gets an instance of its own. */
export class SameText implements Func {
  validate(args: readonly unknown[]) {
    if (args.length !== 1) throw new Error(`sameText takes one argument, got ${args.length} arguments`)
  }

  exec([value]: readonly unknown[]) {
    return value
  }
}
