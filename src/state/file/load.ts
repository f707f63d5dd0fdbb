import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import * as path from 'node:path'
import { type Disk, syncFolder } from './disk.js'
import { Journal } from './journal.js'
import { encodeHeader, HEADER_SIZE } from './record.js'
import { type Live, type Scan, scan } from './scan.js'

/** Opens the journal of a folder whose lock is held, and makes it where there is none. */
export async function loadJournal(
  file: string,
  disk: Disk,
  warn: (sentence: string) => void,
): Promise<{ journal: Journal; live: Live }> {
  // What a compaction left that did not come to its end.
  rmSync(`${file}.new`, { force: true })
  const bytes = readIfThere(file)
  if (bytes === undefined) return { journal: await createJournal(file, disk), live: new Map() }
  if (isBeginOfHeader(bytes)) {
    if (bytes.length > 0) warnOfTail(warn, file, bytes.length, 0)
    return { journal: await createJournal(file, disk), live: new Map() }
  }
  const { salt, live, end } = scanFile(file, bytes)
  if (end < bytes.length) warnOfTail(warn, file, bytes.length - end, end)
  return { journal: Journal.reopen(file, salt, end, disk), live }
}

function scanFile(file: string, bytes: Buffer): Scan {
  try {
    return scan(bytes)
  } catch (error) {
    throw new Error(`"${path.basename(file)}" ${(error as Error).message}`, { cause: error })
  }
}

function warnOfTail(warn: (sentence: string) => void, file: string, length: number, offset: number): void {
  warn(`The last write to "${file}" did not finish: its ${length} bytes from byte ${offset} on are left out`)
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** A header that was cut: there was never a record behind it. The salt and checksum in it do not matter. */
function isBeginOfHeader(bytes: Buffer): boolean {
  const known = Math.min(bytes.length, 8)
  return bytes.length < HEADER_SIZE && bytes.subarray(0, known).equals(encodeHeader(0).subarray(0, known))
}

/** Written beside and renamed: a journal is there whole or not at all. */
async function createJournal(file: string, disk: Disk): Promise<Journal> {
  const journal = Journal.create(`${file}.new`, randomBytes(4).readUInt32LE(), disk)
  try {
    await journal.sync()
    journal.rename(file)
    // The folder's own name, and those of the kind and of DIR above it, may be as new as the file.
    for (const up of ['.', '..', '../..']) await syncFolder(path.join(path.dirname(file), up))
    return journal
  } catch (error) {
    journal.discard()
    throw error
  }
}
