import * as fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSystemError } from '../errors/system-error.js'

/** A value that is read from files, and how to detect changes of the files. */
export interface Readable<T> {
  read(): Promise<T>
  /** What can be seen of the files quickly. */
  glance(): Glance
  /** Folders and files whose own modification time changes whenever the result of `list` changes. */
  paths(): string[]
}

interface Glance {
  /**
   * The names of the files, and the times of those whose content matters. While this stays the same, so does the value.
   */
  list: string
  /** Whether a process is changing the files, so that only some of them may be there. */
  changing: boolean
}

interface Kept<T> {
  value: T
  list: string
  stamps: Stamps
  /** On the monotonic clock. */
  at: number
}

// Changes that affect no folder's time (a permission, the target of a link) become visible after this many
// milliseconds.
const oldest = 1000
const pause = 2
const patience = 500

/**
 * A value that is read again whenever its files have changed. A request costs a few `stat` calls. All requests in
 * one turn of the event loop share them: a request that arrived before the calls may use their result.
 */
export class Live<T> {
  readonly #source: Readable<T>
  #kept: Kept<T> | undefined
  #checked = false
  #next: Promise<T> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(source: Readable<T>) {
    this.#source = source
  }

  /** The current value, without waiting if nothing has changed. */
  get(): T | Promise<T> {
    const kept = this.#kept
    if (kept === undefined) return this.#readNext()
    if (!this.#checked) {
      if (!this.#holds(kept)) return this.#readNext()
      this.#checked = true
      setImmediate(() => (this.#checked = false))
    }
    return kept.value
  }

  #holds(kept: Kept<T>): boolean {
    if (performance.now() - kept.at > oldest) return false
    const stamps = stampsOf(kept.stamps.paths)
    if (kept.stamps.settled && sameTimes(stamps, kept.stamps)) return true
    const { changing, list } = this.#source.glance()
    // The previous contents remain valid until an installation is complete.
    if (changing) return true
    if (list !== kept.list) return false
    kept.stamps = stamps
    return true
  }

  /**
   * A read in progress may have started before the caller made a change. The caller gets the result of the next read.
   */
  #readNext(): Promise<T> {
    if (this.#next) return this.#next
    const next = this.#last.then(() => {
      this.#next = undefined
      return this.#read()
    })
    this.#next = next
    this.#last = next.catch(() => {})
    return next
  }

  /** Reads until nothing changes meanwhile. If the changes never end, it accepts the last result. */
  async #read(): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const at = performance.now()
      const stamps = stampsOf(this.#source.paths())
      const before = this.#source.glance()
      if (!before.changing || attempt >= patience) {
        const value = await this.#source.read()
        const after = this.#source.glance()
        if ((!after.changing && after.list === before.list) || attempt >= patience) {
          this.#kept = { value, list: after.list, stamps, at }
          return value
        }
      }
      await sleep(pause)
    }
  }
}

/** The modification times of paths. */
interface Stamps {
  paths: readonly string[]
  times: readonly number[]
  /** Whether a change from now on is certain to give another modification time. */
  settled: boolean
}

function stampsOf(paths: readonly string[]): Stamps {
  const now = Date.now()
  const times: number[] = []
  let settled = true
  for (const path of paths) {
    const stats = statsOf(path)
    const time = stats?.ctimeMs ?? 0
    times.push(time, stats?.ino ?? 0)
    if (time > now - tick(time)) settled = false
  }
  return { paths, times, settled }
}

/** Undefined for a missing or inaccessible path: the reader of the path reports why. */
function statsOf(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}

// Two changes within one clock tick of the file system have the same time. A tick is at most 10 ms on Linux, but some
// file systems store whole seconds.
const tick = (time: number): number => (time % 1000 === 0 ? 2000 : 15)

const sameTimes = (a: Stamps, b: Stamps): boolean => a.times.every((time, index) => time === b.times[index])
