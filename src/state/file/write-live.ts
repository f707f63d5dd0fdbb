import { setImmediate as nextLoop } from 'node:timers/promises'
import type { Journal } from './journal.js'
import type { Live } from './live.js'
import { RecordBuffer } from './record-buffer.js'

/** Bytes between two iterations of the event loop: about a millisecond of work. */
export const sliceSize = 256 * 1024

/** Writes every entry. An entry that changes meanwhile is written with its latest value. */
export async function writeLive(journal: Journal, live: Live): Promise<void> {
  const records = new RecordBuffer(journal.salt)
  for (const [key, kept] of live) {
    records.entry(key, kept)
    if (records.length < sliceSize) continue
    journal.write(records)
    records.clear()
    await nextLoop()
  }
  journal.write(records)
}
