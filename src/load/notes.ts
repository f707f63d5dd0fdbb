import * as fs from 'node:fs'
import * as path from 'node:path'
import { type Note, type Watch, watchVariable } from './message.js'
import { kplugFolder } from '../project/installation.js'

let files = 0

/** This file is loaded first in a process. It records what plugins do there. */
export const probeFile = path.join(kplugFolder, 'dist', 'probe.cjs')

/** The probe, and the thread that it starts. */
export const probeFiles = [probeFile, path.join(kplugFolder, 'dist', 'watch.cjs')]

/** What a process records about its plugins, in a file: notes survive a crash of the process and keep their order. */
export class Notes {
  readonly #file: string

  /** No plugin looks into `folder`. */
  constructor(folder: string) {
    files += 1
    this.#file = path.join(folder, `notes-${files}`)
    // The process may run as another user, which must be able to write to the file.
    fs.writeFileSync(this.#file, '')
    fs.chmodSync(this.#file, 0o666)
  }

  /** The environment variables of the process. */
  variables(limits: Omit<Watch, 'notes'> = {}): Record<string, string> {
    const watch: Watch = { notes: this.#file, ...limits }
    return { [watchVariable]: JSON.stringify(watch) }
  }

  /** All notes so far. */
  read(): Note[] {
    const lines = fs.readFileSync(this.#file, 'utf8').split('\n').slice(0, -1)
    // The probe writes one line at a time.
    return lines.map(line => JSON.parse(line) as Note)
  }
}
