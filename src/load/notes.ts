import * as fs from 'node:fs'
import * as path from 'node:path'
import { type Note, notesVariable } from './message.js'
import { kplugFolder } from '../project/installation.js'

let files = 0

/** Loaded first in a process, this notes what plugins do there. */
export const probeFile = path.join(kplugFolder, 'dist', 'probe.cjs')

/**
 * What a process notes of the plugins in it, in a file: it is there whatever becomes of the process, and in its order.
 */
export class Notes {
  readonly #file: string

  /** `folder` is one that no plugin looks into. */
  constructor(folder: string) {
    files += 1
    this.#file = path.join(folder, `notes-${files}`)
  }

  /** What the process has to find in its environment. */
  get variables(): Record<string, string> {
    return { [notesVariable]: this.#file }
  }

  /** All that was noted so far. */
  read(): Note[] {
    if (!fs.existsSync(this.#file)) return []
    const lines = fs.readFileSync(this.#file, 'utf8').split('\n').slice(0, -1)
    // The probe wrote them, a line at once.
    return lines.map(line => JSON.parse(line) as Note)
  }
}
