import { withoutSecrets } from '../errors/without-secrets.js'

/** The maximum number of characters of one text. */
const longest = 2000
const shownEnd = 500

// C0, C1, and the characters that change the direction of text.
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g
const controlInLines = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/**
 * A text that is safe for a terminal, on one line. File names, responses of engines and errors of plugins may contain
 * terminal control characters, passwords, or megabytes.
 */
export const printable = (text: string): string =>
  shortened(withoutSecrets(text).replaceAll('\n', '\\n').replace(control, escaped))

/** Like `printable`, but keeps line feeds. */
export const printableLines = (text: string): string =>
  shortened(withoutSecrets(text).replaceAll('\t', '  ').replace(controlInLines, escaped))

/** JSON that is safe for a terminal: the standard permits some control characters. */
export const printableJson = (json: string): string => withoutSecrets(json).replace(controlInLines, escaped)

/** Keeps the end too, because it contains the remedy. */
const shortened = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest - shownEnd)} … ${text.slice(-shownEnd)}`
