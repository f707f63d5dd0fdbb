import * as fs from 'node:fs'
import { attempt } from '../errors/cannot.js'
import { encodeRecordedRow } from '../data/recorded-row.js'
import { isSystemError, systemReason } from '../errors/system-error.js'

/** The maximum size of a recording in bytes. */
const longest = 256 * 2 ** 20

interface Limits {
  limit?: number
  write?: (fd: number, line: Buffer) => number
}

/**
 * Records rows with their times in a file. It writes a temporary file and renames it at the end, so the recording is
 * complete or missing.
 */
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
    this.#fd = attempt(`record to ${file}`, () => fs.openSync(this.#beside, 'w'))
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

  /** Removes an incomplete last line. */
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
