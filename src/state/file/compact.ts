import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Disk } from './disk.js'
import { Journal } from './journal.js'
import { RecordBuffer } from './record.js'
import type { Live } from './scan.js'

/** Bytes between two turns of the event loop: about a millisecond of work. */
const SLICE = 256 * 1024

interface Compaction {
  old: Journal
  live: Live
  file: string
  disk: Disk
  /** Throws when another process owns the file by now. */
  mayReplace: () => void
  /** Takes the new journal over, in the same turn as the rename. */
  adopt: (journal: Journal) => void
}

/**
 * Writes a journal of only the live entries beside the old one and puts it in its place, while the old one goes on
 * taking records: those are copied at the end, and set the entries to what they are by then. At every moment one file
 * holds them all. Resolves to the offset before which all of the new journal is on disk.
 */
export async function compact({
  old,
  live,
  file,
  disk,
  mayReplace,
  adopt,
}: Compaction): Promise<{ synced: number }> {
  const start = old.size
  const journal = Journal.create(`${file}.new`, old.salt, disk)
  try {
    await writeLive(journal, live)
    const copied = await copyTail(journal, old, start)
    const end = old.size
    journal.copy(old, copied, end)
    const synced = journal.size
    await journal.sync()
    journal.copy(old, end, old.size)
    mayReplace()
    journal.rename(file)
    adopt(journal)
    return { synced }
  } catch (error) {
    journal.discard()
    throw error
  }
}

/** Copies until little is left, twice what was added in each turn: however fast records come, it catches up. */
async function copyTail(journal: Journal, old: Journal, start: number): Promise<number> {
  let copied = start
  for (let before = old.size; old.size - copied > SLICE; ) {
    const length = Math.max(SLICE, 2 * (old.size - before))
    const end = Math.min(old.size, copied + length)
    journal.copy(old, copied, end)
    copied = end
    before = old.size
    await nextTurn()
  }
  return copied
}

async function writeLive(journal: Journal, live: Live): Promise<void> {
  const records = new RecordBuffer(journal.salt)
  // Entries that change meanwhile are written as they are when their turn comes; later records set them right.
  for (const [key, entry] of live) {
    if (typeof entry === 'number') records.counter(key, entry)
    else records.value(key, entry)
    if (records.length < SLICE) continue
    journal.write(records)
    records.clear()
    await nextTurn()
  }
  journal.write(records)
}
