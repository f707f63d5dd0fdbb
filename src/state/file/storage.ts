import { type Awaitable, type Storage, type Stored, sum } from '../driver.js'
import { writeFailure } from '../../errors/system-error.js'
import { CoalescedTask } from './coalesced-task.js'
import { compact } from './compact.js'
import { syncFolder } from './disk.js'
import type { Journal } from './journal.js'
import { removeBefore } from './journal-files.js'
import { bytesOrCount, journalSize, type Kept, keep, type Live, totalSize } from './live.js'
import { lockValidity } from './lock.js'
import type { JournalOptions, OpenedJournal } from './open-journal.js'
import { RecordBuffer } from './record-buffer.js'
import { isFull, isWasteful, type Sizes } from './waste.js'

interface StorageOptions extends JournalOptions {
  checkpoint: 'always' | 'off' | number
}

/** A JavaScript Map holds no more. */
const mostKeys = 2 ** 24
/**
 * A loop that awaits call after call would starve timers, sockets and compactions. So a call resolves in the next
 * iteration of the event loop whenever this many bytes have been written, where each call counts for at least 512.
 */
const yieldEvery = 256 * 1024
const callCost = 512

/** Keeps everything in memory, and writes each change to a journal before its call resolves. */
export class FileStorage implements Storage {
  readonly #folder: string
  readonly #options: StorageOptions
  readonly #live: Live
  readonly #records: RecordBuffer
  readonly #checkpoints = new CoalescedTask(() => this.#checkpoint())
  #journal: Journal
  #older: { files: number; size: number }
  #liveSize: number
  #compactAt: number
  #lost: Error | undefined
  // Written since the last sync began.
  #dirty = false
  // After a failed sync, the kernel may have dropped what it could not write. Only a new file is certain.
  #suspect = false
  #warned = ''
  #timer: NodeJS.Timeout | undefined
  #sinceYield = 0
  #checkedAt = Number.NEGATIVE_INFINITY

  constructor(folder: string, { journal, live, older }: OpenedJournal, options: StorageOptions) {
    this.#folder = folder
    this.#journal = journal
    this.#older = older
    this.#live = live
    this.#liveSize = totalSize(live)
    this.#options = options
    this.#compactAt = options.compactAt
    this.#records = new RecordBuffer(journal.salt)
  }

  get(key: string): Stored | undefined {
    if (this.#lost) throw this.#lost
    const kept = this.#live.get(key)
    return kept === undefined ? undefined : bytesOrCount(kept)
  }

  put(key: string, bytes: Buffer): Awaitable<void> {
    return this.#change(key, this.#live.get(key), keep(bytes), undefined)
  }

  delete(key: string): Awaitable<void> {
    const before = this.#live.get(key)
    return before === undefined ? undefined : this.#change(key, before, undefined, undefined)
  }

  add(key: string, amount: number): Awaitable<number> {
    const before = this.#live.get(key)
    const count = sum(before, amount)
    return this.#change(key, before, count, count)
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    try {
      if (this.#checkpoints.isRunning || this.#options.checkpoint !== 'off') await this.#checkpoints.run()
      this.#expectOurs()
    } finally {
      clearTimeout(this.#timer)
      this.#journal.close()
      this.#options.lock.release()
    }
  }

  #write(): void {
    try {
      if (this.#lost) throw this.#lost
      this.#journal.write(this.#records)
    } finally {
      this.#records.clear()
    }
    if (performance.now() - this.#checkedAt > lockValidity) this.#expectOurs()
  }

  /** Throws if another process has taken the state over, or if it was removed: what was written may not count. */
  #expectOurs(): void {
    const now = performance.now()
    try {
      this.#options.lock.check()
      if (!this.#journal.isThere)
        throw new Error(`"${this.#journal.path}" was removed: start this process again`)
      this.#checkedAt = now
    } catch (error) {
      this.#lost = error as Error
      throw error
    }
  }

  /** Writes what a key holds from now on. Resolves to `result` when the caller may rely on it. */
  #change<T>(key: string, before: Kept | undefined, after: Kept | undefined, result: T): Awaitable<T> {
    if (before === undefined && this.#live.size >= mostKeys)
      throw new Error(`the state holds ${mostKeys} keys, which is the limit: delete some`)
    this.#records.entry(key, after)
    this.#write()
    const size = journalSize(key, after)
    this.#liveSize += size - journalSize(key, before)
    if (after === undefined) this.#live.delete(key)
    else this.#live.set(key, after)
    this.#dirty = true
    return this.#acknowledge(size, result)
  }

  /** Returns the result of a change of `size` bytes, or a promise of it if the caller has to wait. */
  #acknowledge<T>(size: number, result: T): Awaitable<T> {
    if (this.#options.checkpoint === 'always') return this.#checkpoints.run().then(() => result)
    if (isWasteful(this.#sizes) && !this.#checkpoints.isRunning) this.#checkpointSoon()
    else this.#armTimer()
    if (this.#checkpoints.isRunning && isFull(this.#sizes)) return this.#checkpoints.idle().then(() => result)
    this.#sinceYield += callCost + size
    if (this.#sinceYield < yieldEvery) return result
    this.#sinceYield = 0
    return new Promise(resolve => setImmediate(resolve, result))
  }

  /** The sizes that decide about a compaction. */
  get #sizes(): Sizes {
    return {
      live: this.#liveSize,
      journals: this.#older.size + this.#journal.size,
      older: this.#older.files,
      compactAt: this.#compactAt,
    }
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
    else if (isWasteful(this.#sizes) && (await this.#triedToCompact())) return
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
      const file = this.#journal.path
      throw new Error(`"${file}" may not be on the disk yet: ${writeFailure(error)}`, { cause: error })
    }
    this.#expectOurs()
    this.#markSynced(size)
  }

  async #triedToCompact(): Promise<boolean> {
    try {
      await this.#compact()
      return true
    } catch (error) {
      if (this.#suspect || this.#lost) throw error
      // A longer journal does no harm: try again when it has doubled.
      this.#compactAt = this.#sizes.journals * 2
      this.#warnOnce(error as Error)
      return false
    }
  }

  async #compact(): Promise<void> {
    const folder = this.#folder
    const replace = (journal: Journal): void => this.#replace(journal)
    const { disk, compactAt } = this.#options
    const synced = await compact({ old: this.#journal, live: this.#live, folder, disk, replace })
    this.#expectOurs()
    this.#dirty = this.#journal.size > synced
    this.#compactAt = compactAt
    // Until the folder is on the disk, a power failure may bring the old journal back.
    this.#suspect = true
    await syncFolder(folder)
    this.#suspect = false
    this.#warned = ''
    this.#markSynced(synced)
    removeBefore(folder, this.#journal.number)
  }

  /** From the moment of its publication a successor may read the journal. So nothing removes it any more. */
  #replace(journal: Journal): void {
    if (this.#lost) throw this.#lost
    this.#expectOurs()
    journal.publish(this.#journal.number + 1)
    this.#journal.close()
    this.#journal = journal
    this.#older = { files: 0, size: 0 }
    this.#checkedAt = Number.NEGATIVE_INFINITY
  }

  /** Tells a later reader that damage before this offset is not an interrupted write. */
  #markSynced(offset: number): void {
    this.#records.synced(offset)
    try {
      this.#write()
    } catch {
      // The mark only makes an error about damage more precise. The next change reports a full disk.
    }
  }

  /** Warns once about each kind of trouble, until a compaction succeeds. */
  #warnOnce({ message }: Error): void {
    if (message !== this.#warned) this.#options.warn(message)
    this.#warned = message
  }
}
