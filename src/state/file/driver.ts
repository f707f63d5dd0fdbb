import * as path from 'node:path'
import { writeFailure } from '../../errors/system-error.js'
import type { Driver, Storage } from '../driver.js'
import { type Disk, makeFolder, realDisk } from './disk.js'
import { takeLock } from './lock.js'
import { openJournal } from './open-journal.js'
import type { StoreOptions } from '../open.js'
import { FileStorage } from './storage.js'

export interface FileOptions extends StoreOptions {
  /** Journals below this many bytes are never compacted. */
  compactAt?: number
  disk?: Disk
}

/** State in `folder/KIND/NAME`. One process at a time has the state of a plugin open. */
export function fileDriver(folder: string, options: FileOptions): Driver {
  return {
    open: (kind, name) => openStorage(path.resolve(folder, kind, name), options),
    close() {},
  }
}

async function openStorage(folder: string, options: FileOptions): Promise<Storage> {
  try {
    makeFolder(folder)
    return await openLocked(folder, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    throw new Error(`Cannot open the state in "${folder}": ${writeFailure(error)}`, { cause: error })
  }
}

async function openLocked(folder: string, options: FileOptions): Promise<Storage> {
  const { signal, lockWait = 10_000 } = options
  const { checkpoint = 1000, warn, compactAt = 1024 * 1024, disk = realDisk } = options
  const lock = await takeLock(path.join(folder, 'lock'), { wait: lockWait, signal })
  try {
    const all = { checkpoint, warn, compactAt, disk, lock }
    return new FileStorage(folder, await openJournal(folder, all), all)
  } catch (error) {
    lock.release()
    throw error
  }
}
