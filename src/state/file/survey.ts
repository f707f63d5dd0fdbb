import * as fs from 'node:fs'
import * as path from 'node:path'
import { isSystemError, systemReason } from '../../errors/system-error.js'
import { kinds } from '../../plugin/kind.js'
import type { StoredKey } from '../survey.js'
import { newestNumber } from './journal-files.js'
import { bytesOrCount, type Live } from './live.js'
import { readJournals } from './read-journals.js'

/** Every key below a folder of state. */
export function* keysInFolder(folder: string): Generator<StoredKey> {
  const found = namesIn(folder)
  for (const kind of kinds.filter(known => found.includes(known))) {
    const ofKind = path.join(folder, kind)
    for (const name of namesIn(ofKind)) {
      for (const [full, kept] of readLive(path.join(ofKind, name)))
        yield { kind, name, full, stored: bytesOrCount(kept) }
    }
  }
}

function readLive(folder: string): Live {
  for (;;) {
    const number = readably(folder, () => newestNumber(folder))
    try {
      return readJournals(folder, number, () => {}).live
    } catch (error) {
      // The process that uses the state may have compacted its journals in the meantime.
      if (newestNumber(folder) === number) throw failure(folder, error)
    }
  }
}

const namesIn = (folder: string): string[] => readably(folder, () => fs.readdirSync(folder).toSorted())

function readably<T>(folder: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw failure(folder, error)
  }
}

function failure(folder: string, error: unknown): Error {
  const reason = isSystemError(error) ? systemReason(error) : (error as Error).message
  return new Error(`Cannot read the state in "${folder}": ${reason}`, { cause: error })
}
