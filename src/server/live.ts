import * as fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSystemError } from '../errors/system-error.js'

/** Something that is read from files, and how to see that they change. */
export interface Readable<T> {
  read(): Promise<T>
  /** What is quick to see of the files. */
  glance(): Glance
  /** The folders and files where another `list` shows as another time of their own. */
  paths(): string[]
}

interface Glance {
  /** The names of the files, and the times of those whose content counts: while it is the same, so is what is read. */
  list: string
  /** Whether somebody is changing it right now, so that only a part may be there. */
  changing: boolean
}

interface Kept<T> {
  value: T
  list: string
  stamps: Stamps
  /** On the monotonic clock. */
  at: number
}

// What changes no folder's time (a permission, where a link leads) shows after this many milliseconds.
const oldest = 1000
const pause = 2
const patience = 500

/**
 * A value that is read again whenever its files have changed. To ask for it costs a few `stat` calls, and those once for
 * all that is asked in one turn of the event loop: what was received before they were made may be answered from them.
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

  /** The value as it is now: at once where nothing has changed. */
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
    // What was there before an installation is valid until it is complete.
    if (changing) return true
    if (list !== kept.list) return false
    kept.stamps = stamps
    return true
  }

  /** A read that is under way may have begun before the asker made a change: it is given the one after that. */
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

  /** Reads until nothing changed meanwhile; what changes without end is taken as it is. */
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

/** When some paths last changed. */
interface Stamps {
  paths: readonly string[]
  times: readonly number[]
  /** Whether a change from now on must show as another time. */
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

/** None of what is not there, nor of what cannot be looked at: who reads it says why. */
function statsOf(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}

// Two changes within one tick of a file system's clock give one time: at most 10 ms with Linux, but some keep whole seconds.
const tick = (time: number): number => (time % 1000 === 0 ? 2000 : 15)

const sameTimes = (a: Stamps, b: Stamps): boolean => a.times.every((time, index) => time === b.times[index])
