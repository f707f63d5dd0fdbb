import { mkdirSync } from 'node:fs'
import * as path from 'node:path'
import { isSystemError, writeFailure } from '../../errors/system-error.js'
import type { Driver, Entries } from '../driver.js'
import { type Disk, realDisk } from './disk.js'
import { FileEntries } from './entries.js'
import { loadJournal } from './load.js'
import { takeLock } from './lock.js'

export interface FileOptions {
  checkpoint: 'always' | 'off' | number
  warn: (sentence: string) => void
  signal?: AbortSignal
  lockWait?: number
  /** Bytes below which a journal is never compacted. */
  compactAt?: number
  disk?: Disk
}

/** State in `folder/KIND/NAME/journal`. One process at a time has a plugin's state open. */
export function fileDriver(folder: string, options: FileOptions): Driver {
  return {
    open: (kind, name) => openEntries(path.resolve(folder, kind, name), options),
    close() {},
  }
}

async function openEntries(folder: string, options: FileOptions): Promise<Entries> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return await openLocked(folder, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    throw new Error(`Cannot open the state in "${folder}": ${openFailure(error)}`, { cause: error })
  }
}

// Of all that lies in the folder, only the journal is ever read as a file.
const openFailure = (error: unknown): string =>
  writeFailure(error, isSystemError(error) && error.code === 'EISDIR' ? '"journal"' : 'it')

async function openLocked(folder: string, options: FileOptions): Promise<Entries> {
  const { checkpoint, warn, signal, lockWait = 10_000, compactAt = 1024 * 1024, disk = realDisk } = options
  const lock = await takeLock(path.join(folder, 'lock'), { wait: lockWait, signal })
  try {
    const file = path.join(folder, 'journal')
    const { journal, live } = await loadJournal(file, disk, warn)
    return new FileEntries(file, journal, live, { checkpoint, warn, compactAt, disk, lock })
  } catch (error) {
    lock.release()
    throw error
  }
}
