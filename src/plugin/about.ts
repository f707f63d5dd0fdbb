/**
 * What a plugin file may say of itself.
 *
 * @example
 * export const about: About = {
 *   description: 'Counts the words of a text',
 *   example: 'wordCount(text, " ")',
 *   args: [
 *     { name: 'text', type: 'string', description: 'What to count in' },
 *     { name: 'separator', type: 'string', description: 'What stands between two words' },
 *   ],
 *   returns: { type: 'int', description: 'The number of words' },
 * }
 */
export interface About {
  /** One sentence, shown by `describe` and in the manager's pages. */
  description: string
  helpUrl?: string
  /** A function's example, as SQL. */
  example?: string
  /** A function's arguments, in order. */
  args?: readonly { name: string; type: string; description?: string; optional?: boolean }[]
  /** A function's answer. */
  returns?: { type: string; description?: string }
}
