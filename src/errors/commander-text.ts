/** A message of commander without its prefix, and with double quotes: `error: unknown option '--jsn'` → `unknown option "--jsn"`. */
export const commanderText = (message: string): string => message.replace(/^error: /, '').replaceAll("'", '"')
