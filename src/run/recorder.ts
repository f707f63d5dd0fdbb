import * as fs from 'node:fs'
import { encodeRecordedRow } from '../data/recorded-row.js'
import { isSystemError, systemReason } from '../errors/system-error.js'
import { UsageError } from '../errors/usage-error.js'

/** Bytes after which a recording takes no more rows. */
const longest = 256 * 2 ** 20

interface Limits {
  limit?: number
  write?: (fd: number, line: Buffer) => number
}

/** Keeps rows with their times in a file. It is written beside, and takes its name at the end: it is whole or not there. */
export class Recorder {
  readonly #file: string
  readonly #beside: string
  readonly #fd: number
  readonly #say: (sentence: string) => void
  readonly #limit: number
  readonly #write: (fd: number, line: Buffer) => number
  #length = 0
  #rows = 0
  #full = false

  constructor(
    file: string,
    say: (sentence: string) => void,
    { limit = longest, write = fs.writeSync }: Limits = {},
  ) {
    this.#file = file
    this.#beside = `${file}.${process.pid}.part`
    this.#say = say
    this.#limit = limit
    this.#write = write
    try {
      this.#fd = fs.openSync(this.#beside, 'w')
    } catch (error) {
      if (!isSystemError(error)) throw error
      throw new UsageError(`Cannot record to ${file}: ${systemReason(error)}`, { cause: error })
    }
  }

  /** Takes the JSON of a row. */
  add(row: string): void {
    if (this.#full) return
    const line = Buffer.from(`${encodeRecordedRow({ time: Date.now() }, row)}\n`)
    if (this.#length + line.length > this.#limit)
      return this.#stop(`it has reached ${this.#limit / 2 ** 20} MB`)
    try {
      if (this.#write(this.#fd, line) < line.length) return this.#stop('the disk is full')
      this.#length += line.length
      this.#rows += 1
    } catch (error) {
      this.#stop(isSystemError(error) ? systemReason(error) : String(error))
    }
  }

  /** What was written of the last line goes, and what came before it stays. */
  #stop(reason: string): void {
    this.#full = true
    fs.ftruncateSync(this.#fd, this.#length)
    this.#say(`The recording ends after ${rowCount(this.#rows)}: ${reason}`)
  }

  close(): void {
    fs.closeSync(this.#fd)
    fs.renameSync(this.#beside, this.#file)
    this.#say(`Recorded ${rowCount(this.#rows)} to ${this.#file}`)
  }
}

const rowCount = (count: number): string => (count === 1 ? '1 row' : `${count} rows`)
