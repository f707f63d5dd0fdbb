import type { About, Func } from 'kplug'

export const about: About = {
  description: 'Reverses a text',
  example: 'myFunction(name)',
  args: [{ name: 'text', type: 'string', description: 'What to reverse' }],
  returns: { type: 'string', description: 'The text from its end to its beginning' },
}

/** One instance, shared by all rules: it keeps nothing of its own. */
export const MyFunction: Func = {
  validate(args: readonly unknown[]) {
    if (args.length !== 1) throw new Error(`myFunction takes one text, got ${args.length} arguments`)
  },

  exec([text]: readonly unknown[]) {
    return Array.from(String(text)).toReversed().join('')
  },
}
