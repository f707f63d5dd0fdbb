/**
 * A text that eKuiper's manager shows: in English, or in English and Chinese.
 *
 * @example
 * const description: Text = { en: 'Counts the words of a text', zh: '统计文本中的单词数' }
 */
export type Text = string | { readonly en: string; readonly zh?: string }

/**
 * The description of a plugin, exported as `about` beside it.
 *
 * @example
 * export const about: About = {
 *   description: { en: 'Counts the words of a text', zh: '统计文本中的单词数' },
 *   example: 'wordCount(text, " ")',
 *   args: [
 *     { name: 'text', type: 'string', description: 'The text' },
 *     { name: 'separator', type: 'string', description: 'The separator between two words' },
 *   ],
 *   returns: { type: 'int', description: 'The number of words' },
 * }
 */
export interface About {
  /** One sentence, shown by `describe` and in eKuiper's manager. */
  description: Text
  /** The name that the manager shows where rules are drawn. Default: made of the plugin's name. */
  label?: Text
  /** The URL of the plugin's documentation. */
  helpUrl?: Text
  /** What the `DATASOURCE` of a stream is for a source, such as a topic. */
  dataSource?: { label?: Text; hint?: Text; default?: string }
  /** An example call of a function, as SQL. */
  example?: string
  /** The arguments of a function, in order. */
  args?: readonly Argument[]
  /** The result of a function. */
  returns?: { type: string; description?: Text }
}

/** An argument of a function, as `about` describes it. */
export interface Argument {
  name: string
  /** A type of eKuiper's SQL, such as `string`, `int`, `float`, `bool` or `any`. */
  type: string
  label?: Text
  description?: Text
  optional?: boolean
  default?: unknown
  /** Values to choose from. */
  values?: readonly unknown[]
}
