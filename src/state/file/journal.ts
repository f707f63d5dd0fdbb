import * as fs from 'node:fs'
import { writeFailure } from '../../errors/system-error.js'
import type { Disk } from './disk.js'
import { type Base, encodeHeader } from './header.js'
import { journalFile, temporaryFile } from './journal-files.js'
import type { RecordBuffer } from './record-buffer.js'

const copySize = 1024 * 1024
const linksUnsupported = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** The journal that this process writes: a file that grows by whole records. */
export class Journal {
  readonly salt: number
  readonly #folder: string
  #path: string
  #number = 0
  #size = 0
  #fd: number
  readonly #disk: Disk

  private constructor(folder: string, salt: number, disk: Disk) {
    this.#folder = folder
    this.#path = temporaryFile(folder)
    this.salt = salt
    this.#disk = disk
    this.#fd = fs.openSync(this.#path, 'wx+', 0o600)
  }

  /** Creates a journal without records under a temporary name. */
  static create(folder: string, salt: number, base: Base | undefined, disk: Disk): Journal {
    const journal = new Journal(folder, salt, disk)
    try {
      const header = encodeHeader(salt, base)
      journal.#append(header, header.length)
      return journal
    } catch (error) {
      journal.discard()
      throw error
    }
  }

  get path(): string {
    return this.#path
  }

  /** 0 before `publish`. */
  get number(): number {
    return this.#number
  }

  get size(): number {
    return this.#size
  }

  /** Appends the records. When this returns, they survive the end of the process. When it throws, none is in the file. */
  write(records: RecordBuffer): void {
    this.#append(records.bytes, records.length)
  }

  /** Whether the file still has a name. */
  get isThere(): boolean {
    return fs.fstatSync(this.#fd).nlink > 0
  }

  /** Appends what `other` holds from `start` to `end`. Both have one salt, so the records are sound here too. */
  copy(other: Journal, start: number, end: number): void {
    const bytes = Buffer.allocUnsafe(Math.min(copySize, end - start))
    for (let offset = start; offset < end; ) {
      const read = fs.readSync(other.#fd, bytes, 0, Math.min(bytes.length, end - offset), offset)
      if (read === 0) throw new Error(`"${other.#path}" is shorter than what was written to it`)
      this.#append(bytes, read)
      offset += read
    }
  }

  sync(): Promise<void> {
    return this.#disk.fdatasync(this.#fd)
  }

  /** Moves the journal to its final name. Fails with EEXIST if another process has used that number. */
  publish(number: number): void {
    const name = journalFile(this.#folder, number)
    try {
      this.#disk.linkSync(this.#path, name)
    } catch (error) {
      if (!linksUnsupported.has((error as NodeJS.ErrnoException).code ?? '')) throw error
      this.#publishCopy(name)
    }
    fs.rmSync(this.#path, { force: true })
    this.#path = name
    this.#number = number
  }

  close(): void {
    fs.closeSync(this.#fd)
  }

  /** Closes the journal and removes its file. */
  discard(): void {
    this.close()
    fs.rmSync(this.#path, { force: true })
  }

  /** FAT and some network file systems have no hard links. */
  #publishCopy(name: string): void {
    fs.copyFileSync(this.#path, name, fs.constants.COPYFILE_EXCL)
    const fd = fs.openSync(name, 'r+')
    fs.closeSync(this.#fd)
    this.#fd = fd
    fs.fsyncSync(fd)
  }

  #append(bytes: Buffer, length: number): void {
    try {
      // A disk that becomes full writes a part without an error. The next call then throws.
      for (let written = 0; written < length; ) {
        written += this.#disk.writeSync(this.#fd, bytes, written, length - written, this.#size + written)
      }
      this.#size += length
    } catch (error) {
      this.#cutBack()
      throw new Error(`"${this.#folder}" cannot take ${length} more bytes: ${writeFailure(error)}`, {
        cause: error,
      })
    }
  }

  #cutBack(): void {
    try {
      this.#disk.ftruncateSync(this.#fd, this.#size)
    } catch {
      // The next record overwrites the rest, and a reader leaves out an interrupted write.
    }
  }
}
