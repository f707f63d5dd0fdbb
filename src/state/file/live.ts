import { recordOverhead } from './record.js'

/**
 * The current contents of a state. A value is kept as a text with one character for each byte while it is small,
 * since a Buffer costs 200 bytes besides. A large one is a Buffer, outside of the heap and its limit.
 */
export type Live = Map<string, Kept>
export type Kept = number | string | Buffer

const smallSize = 1024

/** A copy of `bytes`. */
export function keep(bytes: Buffer): Kept {
  if (bytes.length <= smallSize) return bytes.toString('latin1')
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

export const bytesOrCount = (kept: Kept): number | Buffer =>
  typeof kept === 'string' ? Buffer.from(kept, 'latin1') : kept

/** About what an entry takes in a journal. */
export function journalSize(key: string, kept: Kept | undefined): number {
  if (kept === undefined) return 0
  return recordOverhead + key.length + (typeof kept === 'number' ? 8 : kept.length)
}

export function totalSize(live: Live): number {
  let size = 0
  for (const [key, kept] of live) size += journalSize(key, kept)
  return size
}
