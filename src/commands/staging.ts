import { Surroundings } from '../load/surroundings.js'
import { findPlugin, keyOfPlugin } from '../plugin/plugin-id.js'
import { findPluginSources } from '../project/plugin-sources.js'
import type { Io } from '../io.js'
import type { Target } from './run-target.js'

/** The folders from which the built files of a run are loaded, one for each plugin. */
export class RunStaging {
  readonly #io: Io
  readonly #folders = new Map<string, Surroundings>()

  constructor(io: Io) {
    this.#io = io
    io.on('exit', this.#remove)
  }

  /** Returns the path from which a built file can be loaded. Those of a plugins folder are loaded where they are. */
  stage(target: Target, file: string): string {
    const { project } = target
    if (project === undefined) return file
    const key = keyOfPlugin(target)
    const surroundings = this.#folders.get(key) ?? new Surroundings(project)
    this.#folders.set(key, surroundings)
    return surroundings.stage(findPlugin(findPluginSources(project).sources, target), file)
  }

  /** Removed at the exit of the process, because worker threads of plugins load files until then. */
  leave(): void {
    this.#io.off('exit', this.#remove)
    this.#io.on('exit', this.#remove)
  }

  readonly #remove = (): void => {
    for (const surroundings of this.#folders.values()) surroundings.remove()
  }
}
