import * as fs from 'node:fs'

// Where a shell supervises the process it hands down a file without a name, which outlives the process: what runs is
// noted there, for the one that takes over. One byte for each slot, not 0 while its sink has an item to acknowledge,
// then a JSON text.

const slots = 1024

interface Note {
  slot: number
  /** The engine's command that started it. */
  command: string
}

/** What a process that died was running. */
export interface Inherited {
  command: string
  /** Whether the engine waits for it to acknowledge an item. */
  owesAcknowledgement: boolean
}

/** Notes what is running. Without a file, nothing is noted. */
export class RunningNotes {
  readonly #file: number | undefined
  readonly #notes = new Map<string, Note>()

  constructor(file: number | undefined) {
    this.#file = file
  }

  /** What the process before this one noted; nothing where it was not able to. */
  inherited(): Inherited[] {
    if (this.#file === undefined) return []
    const bytes = Buffer.alloc(fs.fstatSync(this.#file).size)
    // Both processes have one position in the file, so it is left alone.
    fs.readSync(this.#file, bytes, 0, bytes.length, 0)
    fs.ftruncateSync(this.#file)
    if (bytes.length <= slots) return []
    const notes: Note[] = JSON.parse(bytes.toString('utf8', slots))
    return notes.map(({ slot, command }) => ({ command, owesAcknowledgement: bytes[slot] === 1 }))
  }

  add(key: string, command: string): void {
    const taken = new Set([...this.#notes.values()].map(note => note.slot))
    const slot = Array.from({ length: slots }, (_, index) => index).find(index => !taken.has(index))
    if (this.#file === undefined || slot === undefined) return
    this.#notes.set(key, { slot, command })
    this.mark(key, false)
    this.#write()
  }

  remove(key: string): void {
    if (this.#notes.delete(key)) this.#write()
  }

  #write(): void {
    if (this.#file === undefined) return
    const text = Buffer.from(JSON.stringify([...this.#notes.values()]))
    fs.writeSync(this.#file, text, 0, text.length, slots)
    fs.ftruncateSync(this.#file, slots + text.length)
  }

  /** Notes whether the engine waits for a sink to acknowledge an item. */
  mark(key: string, owes: boolean): void {
    const slot = this.#notes.get(key)?.slot
    if (this.#file !== undefined && slot !== undefined) fs.writeSync(this.#file, marks, owes ? 1 : 0, 1, slot)
  }
}

const marks = Buffer.of(0, 1)
const repeatedWithin = 200

/**
 * Tells the request that a process died on: the engine repeats it at once to the next process, as the first request
 * of all. It would most likely kill that one, too.
 */
export class Repetition {
  #possible: boolean
  #since: number | undefined

  constructor(tookOver: boolean) {
    this.#possible = tookOver
  }

  readonly connected = (): void => {
    if (this.#possible) this.#since ??= performance.now()
  }

  /** Throws for the request that is repeated. */
  check(): void {
    if (!this.#possible) return
    this.#possible = false
    if (performance.now() - (this.#since ?? 0) < repeatedWithin)
      throw new Error('The process of the package died with this request, which is not tried again')
  }
}
