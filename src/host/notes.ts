import * as fs from 'node:fs'

// The supervisor passes an unlinked file, which outlives the process. The host records in it what is running, for the
// next process:
// owes(1024 bytes, one for each run) on-stack(256 bytes, one for each plugin) a line of JSON.

const runSlots = 1024
const pluginSlots = 256
const textStart = runSlots + pluginSlots

/** What the engine has started, by the key of its place. */
interface Run {
  key: string
  slot: number
  /** The engine's command that started it. */
  command: string
}

/** What was running in a process that died. */
export interface Inherited {
  key: string
  command: string
  /** Whether the engine waits for it to acknowledge an item. */
  owesAcknowledgement: boolean
}

/** How many processes in a row a plugin has crashed, and until when it is suspended. */
export interface Deaths {
  count: number
  /** The number of the last of these processes. */
  process: number
  /** Milliseconds since 1970. */
  until: number
}

interface Written {
  /** The number of processes so far, including this one. */
  processes: number
  runs: Run[]
  /** By the index of the plugin in its package. */
  deaths: Record<string, Deaths>
}

/** Records what is running, so that the next process knows it even if this one is killed. */
export class Notes {
  readonly #file: number | undefined
  readonly #runs: Map<string, Run>
  readonly #deaths: Map<string, Deaths>
  /** The record of the previous process. It is kept until this process has taken it over. */
  readonly inherited: readonly Inherited[]
  /** The indexes of plugins whose code was on the stack when the previous process died. */
  readonly suspects: readonly number[]
  /** The number of this process, from 1. */
  readonly process: number

  /** Without a file, nothing is recorded. */
  constructor(file: number | undefined) {
    this.#file = file
    const bytes = file === undefined ? Buffer.alloc(0) : contentOf(file)
    const { processes, runs, deaths } = writtenIn(bytes)
    this.process = processes + 1
    this.#runs = new Map(runs.map(run => [run.key, run]))
    this.#deaths = new Map(Object.entries(deaths))
    this.inherited = runs.map(({ key, slot, command }) => ({
      key,
      command,
      owesAcknowledgement: bytes[slot] === 1,
    }))
    const marks = bytes.subarray(runSlots, textStart)
    this.suspects = [...marks.keys()].filter(plugin => marks[plugin] === 1)
    if (bytes.length === 0) return
    this.#put(Buffer.alloc(pluginSlots), runSlots)
    this.#write()
  }

  add(key: string, command: string, owesAcknowledgement = false): void {
    const slot = this.#runs.get(key)?.slot ?? this.#freeSlot()
    if (slot === undefined) return
    this.#runs.set(key, { key, slot, command })
    this.mark(key, owesAcknowledgement)
    this.#write()
  }

  remove(key: string): void {
    if (this.#runs.delete(key)) this.#write()
  }

  #freeSlot(): number | undefined {
    const taken = new Set([...this.#runs.values()].map(run => run.slot))
    return Array.from({ length: runSlots }, (_, index) => index).find(index => !taken.has(index))
  }

  /** Records whether the engine waits for a sink to acknowledge an item. */
  mark(key: string, owes: boolean): void {
    const slot = this.#runs.get(key)?.slot
    if (slot !== undefined) this.#put(single[owes ? 1 : 0], slot)
  }

  /** Records whether the code of a plugin is on the stack. */
  markOnStack(plugin: number, is: boolean): void {
    if (plugin < pluginSlots) this.#put(single[is ? 1 : 0], runSlots + plugin)
  }

  deathsOf(plugin: number): Deaths | undefined {
    return this.#deaths.get(String(plugin))
  }

  setDeaths(plugin: number, deaths: Deaths): void {
    this.#deaths.set(String(plugin), deaths)
    this.#write()
  }

  #write(): void {
    const runs = [...this.#runs.values()]
    const written: Written = { processes: this.process, runs, deaths: Object.fromEntries(this.#deaths) }
    // One write that includes the end of the line, so the rest of an older, longer text is ignored.
    this.#put(Buffer.from(`${JSON.stringify(written)}\n`), textStart)
  }

  #put(bytes: Buffer, at: number): void {
    if (this.#file === undefined) return
    try {
      fs.writeSync(this.#file, bytes, 0, bytes.length, at)
    } catch {
      // A plugin may have closed the file, or the disk may be full. The next process then knows less.
    }
  }
}

const single = [Buffer.of(0), Buffer.of(1)] as const

function contentOf(file: number): Buffer {
  const bytes = Buffer.alloc(fs.fstatSync(file).size)
  // Both processes share one file position, so it must not move.
  fs.readSync(file, bytes, 0, bytes.length, 0)
  return bytes
}

function writtenIn(bytes: Buffer): Written {
  const end = bytes.indexOf(0x0a, textStart)
  if (end < 0) return { processes: 0, runs: [], deaths: {} }
  // The previous process of this program wrote the line.
  return JSON.parse(bytes.toString('utf8', textStart, end)) as Written
}
