import { externalPackages } from '../build/carried/external.js'
import { filesOfPackages } from '../build/carried/files.js'
import { carriedBy } from '../build/record.js'
import { stagePlugin } from '../load/staged-plugin.js'
import { Trial } from '../load/trial.js'
import { findPluginSources } from '../project/plugin-sources.js'
import type { Io } from '../io.js'
import type { Target } from './run-target.js'

/**
 * What is around a plugin of a project that runs: what its package would carry and no more, so that it finds here what
 * it finds in an engine.
 */
export class Surroundings {
  readonly #io: Io
  readonly #target: Target
  readonly #trial: Trial | undefined
  #carried = ''

  constructor(io: Io, target: Target) {
    this.#io = io
    this.#target = target
    // A folder of built plugins has around it what it has.
    this.#trial = target.project && new Trial()
    io.on('exit', this.#remove)
  }

  /** Where a built file is to be loaded from. */
  stage(file: string): string {
    if (this.#trial === undefined) return file
    this.#carry(this.#trial)
    return stagePlugin(this.#trial, this.#target.folder, file)
  }

  #carry(trial: Trial): void {
    const { project, kind, name } = this.#target
    if (project === undefined) return
    const source = findPluginSources(project).sources.find(
      candidate => candidate.kind === kind && candidate.name === name.name,
    )
    const packages = [...externalPackages(project), ...(source ? carriedBy(project, source) : [])]
    const carried = JSON.stringify(packages)
    if (carried === this.#carried) return
    this.#carried = carried
    trial.addPackages(filesOfPackages(packages))
  }

  /** Ends with the process, after all that plugins still do then: their worker threads load files to the last. */
  leave(): void {
    this.#io.off('exit', this.#remove)
    this.#io.on('exit', this.#remove)
  }

  readonly #remove = (): void => this.#trial?.remove()
}
