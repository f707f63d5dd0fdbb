import { Surroundings } from '../load/surroundings.js'
import { findPluginSources } from '../project/plugin-sources.js'
import type { Io } from '../io.js'
import { findPlugin } from '../plugin/plugin-id.js'
import type { Target } from './run-target.js'

/** The folders from which the built files of a run are loaded. */
export class RunStaging {
  readonly #io: Io
  readonly #target: Target
  readonly #surroundings: Surroundings | undefined

  constructor(io: Io, target: Target) {
    this.#io = io
    this.#target = target
    // Built plugins in a plugins folder are loaded where they are.
    this.#surroundings = target.project && new Surroundings(target.project)
    io.on('exit', this.#remove)
  }

  /** Returns the path from which a built file can be loaded. */
  stage(file: string): string {
    const { project, kind, name } = this.#target
    if (project === undefined || this.#surroundings === undefined) return file
    const source = findPlugin(findPluginSources(project).sources, { kind, name: name.name })
    return this.#surroundings.stage(source, file)
  }

  /** Removed at the exit of the process, because worker threads of plugins load files until then. */
  leave(): void {
    this.#io.off('exit', this.#remove)
    this.#io.on('exit', this.#remove)
  }

  readonly #remove = (): void => this.#surroundings?.remove()
}
