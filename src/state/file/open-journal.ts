import * as fs from 'node:fs'
import * as path from 'node:path'
import { randomBytes } from 'node:crypto'
import { type Disk, syncFolder } from './disk.js'
import { Journal } from './journal.js'
import { journalFile, newestNumber, removeBefore, removeUnfinished } from './journal-files.js'
import { type Live, totalSize } from './live.js'
import type { Lock } from './lock.js'
import { type Contents, headerOf, readJournals } from './read-journals.js'
import { writeLive } from './write-live.js'

export interface JournalOptions {
  disk: Disk
  lock: Lock
  /** A state below this many bytes is rewritten instead of continued. Journals below it are never compacted. */
  compactAt: number
  warn: (sentence: string) => void
}

/** The journal that this process writes, and what the state holds. */
export interface OpenedJournal {
  journal: Journal
  live: Live
  /** The journals that it continues, and their bytes. */
  older: { files: number; size: number }
}

/**
 * Opens the state of a locked folder. A previous holder that stood still longer than its lock lasted may wake up at any
 * moment, and finish the write that it was at. So everything new goes into a journal of this process, which names the
 * end of what it read: nothing that is appended to an older journal counts.
 */
export async function openJournal(folder: string, options: JournalOptions): Promise<OpenedJournal> {
  removeUnfinished(folder)
  for (;;) {
    const number = newestNumber(folder)
    const contents = readJournals(folder, number, options.warn)
    const opened = await startJournal(folder, contents, options)
    if (publish(opened.journal, number + 1)) {
      await settle(folder, opened, options)
      return opened
    }
    // Another process has published a journal in the meantime.
    options.lock.check()
  }
}

async function startJournal(
  folder: string,
  { live, newest, files, size }: Contents,
  { disk, compactAt }: JournalOptions,
): Promise<OpenedJournal> {
  const rewrites = newest === undefined || newest.number === 0 || totalSize(live) < compactAt
  if (!rewrites) await syncFile(journalFile(folder, newest.number), disk)
  const salt = randomBytes(4).readUInt32LE()
  const journal = Journal.create(folder, salt, rewrites ? undefined : newest, disk)
  try {
    if (rewrites) await writeLive(journal, live)
    await journal.sync()
  } catch (error) {
    journal.discard()
    throw error
  }
  return { journal, live, older: rewrites ? { files: 0, size: 0 } : { files, size } }
}

/** A journal names bytes of another one only when they are on the disk. */
async function syncFile(file: string, disk: Disk): Promise<void> {
  const fd = fs.openSync(file, 'r')
  try {
    await disk.fdatasync(fd)
  } finally {
    fs.closeSync(fd)
  }
}

function publish(journal: Journal, number: number): boolean {
  try {
    journal.publish(number)
    return true
  } catch (error) {
    journal.discard()
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function settle(
  folder: string,
  { journal, older }: OpenedJournal,
  { disk, lock }: JournalOptions,
): Promise<void> {
  try {
    lock.check()
    // The names of the folder, of the kind and of DIR above it may be as new as the file.
    for (const up of ['.', '..', '../..']) await syncFolder(path.join(folder, up))
    await refuseOlderVersions(folder, disk)
    if (older.files === 0) removeBefore(folder, journal.number)
  } catch (error) {
    journal.close()
    throw error
  }
}

/** Leaves a header that makes an older kplug say that a newer one wrote the state. */
async function refuseOlderVersions(folder: string, disk: Disk): Promise<void> {
  const file = journalFile(folder, 0)
  if (isRefusal(file)) return
  const header = Journal.create(folder, 0, undefined, disk)
  try {
    await header.sync()
  } finally {
    header.close()
  }
  fs.renameSync(header.path, file)
}

function isRefusal(file: string): boolean {
  try {
    return headerOf(file).version > 1
  } catch {
    // It is missing or damaged, and holds nothing that would be lost.
    return false
  }
}
