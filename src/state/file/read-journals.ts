import * as fs from 'node:fs'
import * as path from 'node:path'
import { isSystemError } from '../../errors/system-error.js'
import { type Base, damagedAt, type Header, headerSize, readHeader, restore } from './header.js'
import { journalFile } from './journal-files.js'
import type { Live } from './live.js'
import { Pieces } from './pieces.js'
import { scan } from './scan.js'

/** What the journals of a folder hold. */
export interface Contents {
  live: Live
  /** The journal that the next one continues, up to the end of its sound part. Undefined if there is none. */
  newest: Base | undefined
  /** How many journals were read, and their bytes. */
  files: number
  size: number
}

/** One journal, of which only the bytes before `end` count. */
interface Link extends Base {
  file: string
  header: Header
}

/**
 * Reads journal `number` of a folder and those that it continues; 0 stands for the only journal of an older kplug.
 * `warn` receives a sentence about a write that a crash interrupted.
 */
export function readJournals(folder: string, number: number, warn: (sentence: string) => void): Contents {
  const contents: Contents = { live: new Map(), newest: undefined, files: 0, size: 0 }
  for (const { file, header, end, ...link } of chainOf(folder, number)) {
    const sound = withJournal(file, (fd, size) => {
      const pieces = piecesOf(fd, Math.min(size, end))
      const found = scan(pieces, header, contents.live)
      if (end !== Number.POSITIVE_INFINITY && found < end) throw new Error(damagedAt(found))
      if (found < pieces.size) warn(unfinished(file, pieces.size - found, found))
      return found
    })
    contents.newest = { ...link, end: sound }
    contents.files += 1
    contents.size += sound
  }
  return contents
}

const unfinished = (file: string, length: number, offset: number): string =>
  `The last write to "${file}" was interrupted: kplug ignores its ${length} bytes from byte ${offset} on`

/** The journal and those that it continues, the oldest first. */
function chainOf(folder: string, number: number): Link[] {
  const chain: Link[] = []
  for (let next = number > 0 ? wholeOf(number) : unnumbered(folder); next; ) {
    const file = journalFile(folder, next.number)
    const header = headerOf(file)
    chain.unshift({ ...next, file, header })
    if (header.base && header.base.number >= next.number)
      throw new Error(`"${path.basename(file)}" ${damagedAt(0)}`)
    next = header.base
  }
  return chain
}

const wholeOf = (number: number): Base => ({ number, end: Number.POSITIVE_INFINITY })

function unnumbered(folder: string): Base | undefined {
  const file = journalFile(folder, 0)
  if (!fs.existsSync(file)) return undefined
  if (headerOf(file).version === 1) return wholeOf(0)
  throw new Error(`its journal, a file "journal-N", is missing: ${restore}`)
}

export const headerOf = (file: string): Header =>
  withJournal(file, (fd, size) => {
    const bytes = Buffer.alloc(Math.min(size, headerSize))
    fs.readSync(fd, bytes, 0, bytes.length, 0)
    return readHeader(bytes)
  })

const piecesOf = (fd: number, size: number): Pieces =>
  new Pieces(size, (bytes, length, position) => fs.readSync(fd, bytes, 0, length, position))

function withJournal<T>(file: string, use: (fd: number, size: number) => T): T {
  const name = `"${path.basename(file)}"`
  const status = fs.statSync(file, { throwIfNoEntry: false })
  if (!status) throw new Error(`${name} is missing: ${restore}`)
  // Opening a fifo would wait for a writer.
  if (!status.isFile()) throw new Error(`${name} is ${kindOf(status)}: move it away`)
  const fd = fs.openSync(file, 'r')
  try {
    return use(fd, fs.fstatSync(fd).size)
  } catch (error) {
    throw isSystemError(error) ? error : new Error(`${name} ${(error as Error).message}`, { cause: error })
  } finally {
    fs.closeSync(fd)
  }
}

function kindOf(status: fs.Stats): string {
  if (status.isDirectory()) return 'a folder'
  return status.isFIFO() ? 'a fifo, not a file' : 'a device or socket, not a file'
}
