import { Surroundings } from '../load/surroundings.js'
import { findPluginSources } from '../project/plugin-sources.js'
import type { Io } from '../io.js'
import type { Target } from './run-target.js'

/** Where the built files of a run are loaded from. */
export class RunStaging {
  readonly #io: Io
  readonly #target: Target
  readonly #surroundings: Surroundings | undefined

  constructor(io: Io, target: Target) {
    this.#io = io
    this.#target = target
    // A folder of built plugins has around it what it has.
    this.#surroundings = target.project && new Surroundings(target.project)
    io.on('exit', this.#remove)
  }

  /** Returns where a built file is to be loaded from. */
  stage(file: string): string {
    const { project, kind, name } = this.#target
    if (project === undefined || this.#surroundings === undefined) return file
    const source = findPluginSources(project).sources.find(
      candidate => candidate.kind === kind && candidate.name === name.name,
    )
    return this.#surroundings.stage(source, file)
  }

  /** Ends with the process, after all that plugins still do then: their worker threads load files to the last. */
  leave(): void {
    this.#io.off('exit', this.#remove)
    this.#io.on('exit', this.#remove)
  }

  readonly #remove = (): void => this.#surroundings?.remove()
}
