import { closeSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { writeFailure } from '../../errors/system-error.js'
import type { Disk } from './disk.js'
import { encodeHeader, HEADER_SIZE, type RecordBuffer } from './record.js'

/** An open journal: a file that grows by whole records. */
export class Journal {
  readonly salt: number
  #path: string
  #size: number
  readonly #fd: number
  readonly #disk: Disk

  private constructor(path: string, flags: string, salt: number, size: number, disk: Disk) {
    this.#path = path
    this.salt = salt
    this.#size = size
    this.#disk = disk
    this.#fd = openSync(path, flags, 0o600)
  }

  /** A new journal without records, in place of any file at `path`. */
  static create(path: string, salt: number, disk: Disk): Journal {
    const journal = new Journal(path, 'w+', salt, 0, disk)
    try {
      journal.#append(encodeHeader(salt), HEADER_SIZE)
      return journal
    } catch (error) {
      journal.discard()
      throw error
    }
  }

  /** An existing journal, whose sound part ends at `size`: the rest is cut off. */
  static reopen(path: string, salt: number, size: number, disk: Disk): Journal {
    const journal = new Journal(path, 'r+', salt, size, disk)
    try {
      disk.ftruncateSync(journal.#fd, size)
      return journal
    } catch (error) {
      journal.close()
      throw error
    }
  }

  get size(): number {
    return this.#size
  }

  /** Appends the records. When this returns they survive the end of the process; when it throws, none is there. */
  write(records: RecordBuffer): void {
    this.#append(records.bytes, records.length)
  }

  /** Appends what `other` holds from `start` to `end`. Both have the same salt, so its records are sound here. */
  copy(other: Journal, start: number, end: number): void {
    const bytes = Buffer.allocUnsafe(end - start)
    let length = 0
    while (length < bytes.length) {
      const read = readSync(other.#fd, bytes, length, bytes.length - length, start + length)
      if (read === 0) throw new Error(`${other.#path} is shorter than what was written to it`)
      length += read
    }
    this.#append(bytes, length)
  }

  sync(): Promise<void> {
    return this.#disk.fdatasync(this.#fd)
  }

  rename(path: string): void {
    renameSync(this.#path, path)
    this.#path = path
  }

  close(): void {
    closeSync(this.#fd)
  }

  /** Closes it and removes its file. */
  discard(): void {
    this.close()
    rmSync(this.#path, { force: true })
  }

  #append(bytes: Buffer, length: number): void {
    try {
      // A disk that fills up writes a part without an error; the next call then throws.
      for (let written = 0; written < length; ) {
        written += this.#disk.writeSync(this.#fd, bytes, written, length - written, this.#size + written)
      }
      this.#size += length
    } catch (error) {
      this.#cutBack()
      throw new Error(`${this.#path} cannot take ${length} bytes more: ${writeFailure(error)}`, {
        cause: error,
      })
    }
  }

  #cutBack(): void {
    try {
      this.#disk.ftruncateSync(this.#fd, this.#size)
    } catch {
      // The next record overwrites what is left, and reading leaves out an unfinished one.
    }
  }
}
