/** The most characters of one text that are shown. */
const longest = 2000
const shownEnd = 500

// C0 and C1, and what turns the direction of a line around.
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g
const controlInLines = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/**
 * A text as it may reach a terminal, on one line. File names, answers of engines and errors of plugins may hold
 * characters that move the cursor, passwords, or megabytes.
 */
export const printable = (text: string): string =>
  shortened(withoutSecrets(text).replaceAll('\n', '\\n').replace(control, escaped))

/** As `printable`, with the line feeds of the text. */
export const printableLines = (text: string): string =>
  shortened(withoutSecrets(text).replaceAll('\t', '  ').replace(controlInLines, escaped))

/** JSON as it may reach a terminal: the standard lets some control characters through. */
export const printableJson = (json: string): string => withoutSecrets(json).replace(controlInLines, escaped)

/** Keeps the end too, where the remedy is. */
const shortened = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest - shownEnd)} … ${text.slice(-shownEnd)}`

/** Hides the user name and password of URLs, and the values of parameters that are named like secrets. */
const withoutSecrets = (text: string): string =>
  text
    .replace(/\b([a-z][a-z\d+.-]{0,20}:\/\/)[^\s/?#"'<>]{1,1000}@/gi, '$1***@')
    .replace(
      /([?&](?:[\w-]{0,40}[_-])?(?:token|password|passwd|pwd|secret|key|apikey|auth|signature|sig)=)[^&#\s"']+/gi,
      '$1***',
    )
