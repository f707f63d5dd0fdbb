import { setImmediate as nextLoop } from 'node:timers/promises'
import type { Disk } from './disk.js'
import { Journal } from './journal.js'
import type { Live } from './live.js'
import { sliceSize, writeLive } from './write-live.js'

interface Compaction {
  old: Journal
  live: Live
  folder: string
  disk: Disk
  /** Publishes the new journal and takes it over, without an await in between. Throws if another process owns the state. */
  replace: (journal: Journal) => void
}

/**
 * Writes a journal of only the live entries while the old one goes on taking records. Those are copied at the end, and
 * bring the entries up to date. At every moment the published journals hold every entry. Resolves to the offset before
 * which all of the new journal is on the disk.
 */
export async function compact({ old, live, folder, disk, replace }: Compaction): Promise<number> {
  const start = old.size
  const journal = Journal.create(folder, old.salt, undefined, disk)
  try {
    await writeLive(journal, live)
    const copied = await copyTail(journal, old, start)
    const end = old.size
    journal.copy(old, copied, end)
    const synced = journal.size
    await journal.sync()
    journal.copy(old, end, old.size)
    replace(journal)
    return synced
  } catch (error) {
    journal.discard()
    throw error
  }
}

/** Copies until little is left, each time twice what was added meanwhile: it catches up with any writer. */
async function copyTail(journal: Journal, old: Journal, start: number): Promise<number> {
  let copied = start
  for (let before = old.size; old.size - copied > sliceSize; ) {
    const length = Math.max(sliceSize, 2 * (old.size - before))
    const end = Math.min(old.size, copied + length)
    journal.copy(old, copied, end)
    copied = end
    before = old.size
    await nextLoop()
  }
  return copied
}
