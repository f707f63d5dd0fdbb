import * as fs from 'node:fs'
import * as path from 'node:path'
import { encodeJson } from '../data/encode.js'
import { parseJson } from '../data/parse.js'
import { encodeRecordedRow, type RowFacts } from '../data/recorded-row.js'
import { messageOf } from '../errors/reason.js'
import { withoutSecrets } from '../errors/without-secrets.js'

/** Bytes of the file and the one before it together, unless a package has another limit. */
const defaultLimit = 16 * 2 ** 20

interface Limits {
  limit?: number | undefined
  write?: (fd: number, line: Buffer) => number
}

/**
 * Keeps the rows that sinks have refused. When the file is half as long as the limit, it takes the place of the previous
 * one. A row that cannot be kept costs a warning, and nothing else.
 */
export class DeadLetters {
  readonly #file: string
  readonly #half: number
  readonly #write: (fd: number, line: Buffer) => number
  readonly #warn: (sentence: string) => void
  #failed = false

  constructor(
    file: string,
    warn: (sentence: string) => void,
    { limit = defaultLimit, write = fs.writeSync }: Limits = {},
  ) {
    this.#file = file
    this.#half = limit / 2
    this.#write = write
    this.#warn = warn
  }

  /** Stores an item: JSON, or other bytes as base64. */
  keep(facts: Omit<RowFacts, 'time'>, item: Buffer | string): void {
    const reason = withoutSecrets(facts.reason ?? '')
    const line = encodeRecordedRow({ time: Date.now(), ...facts, reason }, rowOf(item))
    try {
      this.#append(Buffer.from(`${line}\n`))
      this.#failed = false
    } catch (error) {
      // A sink that refuses all rows would fill the log too.
      if (!this.#failed) this.#warn(`Cannot store a refused row in ${this.#file}: ${messageOf(error)}`)
      this.#failed = true
    }
  }

  #append(line: Buffer): void {
    if (line.length > this.#half)
      throw new Error(`it has ${line.length} bytes, and the limit is ${this.#half}`)
    fs.mkdirSync(path.dirname(this.#file), { recursive: true })
    const length = lengthOf(this.#file)
    const full = length > 0 && length + line.length > this.#half
    if (full) fs.renameSync(this.#file, previousOf(this.#file))
    // Rows may contain private data.
    const fd = fs.openSync(this.#file, 'a', 0o600)
    try {
      this.#appendTo(fd, line, full ? 0 : length)
    } finally {
      fs.closeSync(fd)
    }
  }

  /** Writes a row completely or not at all. */
  #appendTo(fd: number, line: Buffer, length: number): void {
    try {
      if (this.#write(fd, line) === line.length) return
      throw new Error('the disk is full')
    } catch (error) {
      fs.ftruncateSync(fd, length)
      throw error
    }
  }
}

const lengthOf = (file: string): number => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0

/** `a.ndjson` → `a.1.ndjson` */
const previousOf = (file: string): string => {
  const { dir, name, ext } = path.parse(file)
  return path.join(dir, `${name}.1${ext}`)
}

function rowOf(item: Buffer | string): string {
  const text = item.toString()
  try {
    // A template may have put line breaks between its values.
    return text.includes('\n') ? encodeJson(parseJson(text)) : checked(text)
  } catch {
    return JSON.stringify(Buffer.from(item).toString('base64'))
  }
}

function checked(text: string): string {
  JSON.parse(text)
  return text
}

/**
 * Whether refused rows are kept: the action says so, or else the package. With `requireAck` and a cache the engine
 * sends a refused row again until the sink takes it.
 */
export function keepsRefused(props: Readonly<Record<string, unknown>>, byDefault: boolean): boolean {
  const { deadLetters, requireAck, enableCache, resendInterval } = props
  const wanted = typeof deadLetters === 'boolean' ? deadLetters : byDefault
  const retries = enableCache === true || (resendInterval !== undefined && resendInterval !== 0)
  return wanted && !(requireAck === true && retries)
}
