/** A text in quotes, escaped as in JSON and cut after `most` characters. */
export const quote = (text: string, most: number): string =>
  JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text)
