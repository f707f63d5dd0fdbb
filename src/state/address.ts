/** What the address of a state names. */
export type StateAddress = { memory: true } | { folder: string } | { redis: URL }

/** Reads `memory`, `file:DIR`, or `redis://HOST:PORT/PREFIX`. */
export function parseAddress(text: string): StateAddress {
  if (text === 'memory') return { memory: true }
  if (/^file:./.test(text)) return { folder: text.slice('file:'.length) }
  if (/^rediss?:\/\/./.test(text) && URL.canParse(text)) return { redis: new URL(text) }
  // A misspelt address may contain a password.
  const shown = text.replace(/\/\/[^@/]*@/, '//***@')
  throw new Error(`Invalid state "${shown}": use "memory", "file:DIR" or "redis://HOST:PORT/PREFIX"`)
}
