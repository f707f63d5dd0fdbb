import * as path from 'node:path'
import { type Awaitable, type Entries, type Entry, sum } from '../driver.js'
import { compact } from './compact.js'
import { writeFailure } from '../../errors/system-error.js'
import { type Disk, syncFolder } from './disk.js'
import type { Journal } from './journal.js'
import type { Lock } from './lock.js'
import { RECORD_OVERHEAD, RecordBuffer } from './record.js'
import type { Live } from './scan.js'
import { Worker } from './worker.js'

export interface EntriesOptions {
  checkpoint: 'always' | 'off' | number
  /** A journal below this many bytes is never compacted. */
  compactAt: number
  disk: Disk
  /** Released at the end. */
  lock: Lock
  warn: (sentence: string) => void
}

/** A journal is compacted when it is this many times as long as what is live in it. */
const WASTE = 4
/** Calls wait for a compaction under way when the journal is this many times as long: the disk is slower than they. */
const FULL = 16
/**
 * A loop that awaits call after call would keep timers, sockets and compactions from ever running. So every few hundred
 * calls, and sooner when they are large, one resolves in the next turn of the event loop. Counted in bytes.
 */
const TURN = 256 * 1024
const CALL = 512

/** Entries in memory, each change in a journal before its call returns. */
export class FileEntries implements Entries {
  readonly #file: string
  readonly #options: EntriesOptions
  readonly #live: Live
  readonly #records: RecordBuffer
  readonly #checkpoints = new Worker(() => this.#checkpoint())
  #journal: Journal
  #liveSize = 0
  #compactAt: number
  // Written since the last sync began.
  #dirty = false
  // After a failed sync the kernel may forget what it could not write: only a new file is certain.
  #suspect = false
  #warned = ''
  #timer: NodeJS.Timeout | undefined
  #thisTurn = 0

  constructor(file: string, journal: Journal, live: Live, options: EntriesOptions) {
    this.#file = file
    this.#journal = journal
    this.#live = live
    this.#options = options
    this.#compactAt = options.compactAt
    this.#records = new RecordBuffer(journal.salt)
    for (const [key, entry] of live) this.#liveSize += recordSize(key, entry)
  }

  get(key: string): Entry | undefined {
    const entry = this.#live.get(key)
    return typeof entry === 'string' ? Buffer.from(entry, 'latin1') : entry
  }

  put(key: string, bytes: Buffer): Awaitable<void> {
    this.#records.value(key, bytes)
    this.#write()
    return this.#changed(key, bytes.toString('latin1'), undefined)
  }

  delete(key: string): Awaitable<void> {
    if (!this.#live.has(key)) return
    this.#records.delete(key)
    this.#write()
    return this.#changed(key, undefined, undefined)
  }

  add(key: string, amount: number): Awaitable<number> {
    const count = sum(this.#live.get(key), amount)
    this.#records.counter(key, count)
    this.#write()
    return this.#changed(key, count, count)
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    try {
      if (this.#checkpoints.busy || this.#options.checkpoint !== 'off') await this.#checkpoints.run()
    } finally {
      clearTimeout(this.#timer)
      this.#journal.close()
      this.#options.lock.release()
    }
  }

  #write(): void {
    try {
      if (this.#options.lock.isLost) this.#options.lock.check()
      this.#journal.write(this.#records)
    } finally {
      this.#records.clear()
    }
  }

  /** Takes up what is in the journal by now, and resolves to `result` when the caller may rely on it. */
  #changed<T>(key: string, entry: number | string | undefined, result: T): Awaitable<T> {
    const size = recordSize(key, entry)
    this.#liveSize += size - recordSize(key, this.#live.get(key))
    if (entry === undefined) this.#live.delete(key)
    else this.#live.set(key, entry)
    this.#dirty = true
    if (this.#options.checkpoint === 'always') return this.#checkpoints.run().then(() => result)
    if (this.#isWasteful() && !this.#checkpoints.busy) this.#checkpointSoon()
    else this.#armTimer()
    if (this.#isFull()) return this.#checkpoints.idle().then(() => result)
    this.#thisTurn += CALL + size
    if (this.#thisTurn < TURN) return result
    this.#thisTurn = 0
    return new Promise(resolve => setImmediate(resolve, result))
  }

  #isWasteful(): boolean {
    return this.#journal.size > this.#compactAt && this.#journal.size > WASTE * this.#liveSize
  }

  #isFull(): boolean {
    return this.#checkpoints.busy && this.#journal.size > FULL * Math.max(this.#compactAt, this.#liveSize)
  }

  #armTimer(): void {
    const { checkpoint } = this.#options
    if (this.#timer !== undefined || typeof checkpoint !== 'number') return
    this.#timer = setTimeout(() => this.#checkpointSoon(), checkpoint).unref()
  }

  #checkpointSoon(): void {
    this.#checkpoints.run().catch((error: Error) => {
      this.#warnOnce(error)
      this.#armTimer()
    })
  }

  async #checkpoint(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#suspect) await this.#compact()
    else if (this.#isWasteful() && (await this.#triedToCompact())) return
    else if (this.#dirty && this.#options.checkpoint !== 'off') await this.#sync()
  }

  async #sync(): Promise<void> {
    const { size } = this.#journal
    this.#dirty = false
    try {
      await this.#journal.sync()
    } catch (error) {
      this.#suspect = true
      this.#dirty = true
      throw new Error(`${this.#file} may not be on the disk yet: ${writeFailure(error)}`, { cause: error })
    }
    this.#markSynced(size)
  }

  async #triedToCompact(): Promise<boolean> {
    try {
      await this.#compact()
      return true
    } catch (error) {
      if (this.#suspect) throw error
      // A longer journal is no harm by itself: try again when it has doubled.
      this.#compactAt = this.#journal.size * 2
      this.#warnOnce(error as Error)
      return false
    }
  }

  async #compact(): Promise<void> {
    const { disk, lock, compactAt } = this.#options
    const adopt = (journal: Journal): void => {
      this.#journal.close()
      this.#journal = journal
    }
    const mayReplace = (): void => lock.check()
    const { synced } = await compact({
      old: this.#journal,
      live: this.#live,
      file: this.#file,
      disk,
      mayReplace,
      adopt,
    })
    this.#dirty = this.#journal.size > synced
    this.#compactAt = compactAt
    // Until the folder is on disk, a power cut may bring the old journal back.
    this.#suspect = true
    await syncFolder(path.dirname(this.#file))
    this.#suspect = false
    this.#warned = ''
    this.#markSynced(synced)
  }

  /** Tells a later reader that damage before this offset is not an unfinished write. */
  #markSynced(offset: number): void {
    this.#records.synced(offset)
    try {
      this.#write()
    } catch {
      // It only sharpens what is said about damage; the full disk will be told by the next change.
    }
  }

  /** Once for each kind of trouble, until a compaction shows that it is over. */
  #warnOnce({ message }: Error): void {
    if (message !== this.#warned) this.#options.warn(message)
    this.#warned = message
  }
}

/** About what an entry takes in a journal; it only decides when to compact. */
function recordSize(key: string, entry: number | string | undefined): number {
  if (entry === undefined) return 0
  return RECORD_OVERHEAD + key.length + (typeof entry === 'number' ? 8 : entry.length)
}
