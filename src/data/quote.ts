/** A text in quotes as JSON writes it, cut after so many characters. */
export const quote = (text: string, most: number): string =>
  JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text)
