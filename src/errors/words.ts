/** The text with a capital first letter. */
export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

/** The names in a sentence: `"a", "b"`. */
export const quoted = (names: readonly string[]): string => names.map(name => JSON.stringify(name)).join(', ')
