import { externalPackages } from '../build/carried/external.js'
import { filesOfPackages } from '../build/carried/files.js'
import { Builds } from '../build/record.js'
import type { PluginSource } from '../project/plugin-sources.js'
import { pluginsFolder, type Project } from '../project/project.js'
import { stagePlugin } from './staged-plugin.js'
import { LoadFolder } from './load-folder.js'

/**
 * Prepares a folder for a plugin of a project: it holds what the package would carry and nothing else, so that the
 * plugin finds the same files as in an engine.
 */
export class Surroundings {
  readonly #project: Project
  readonly #loadFolder = new LoadFolder()
  #carried = ''

  constructor(project: Project) {
    this.#project = project
  }

  /** Returns the path from which a built file can be loaded. */
  stage(source: PluginSource | undefined, file: string): string {
    const packages = [
      ...externalPackages(this.#project),
      ...(source ? new Builds(this.#project).carriedBy(source) : []),
    ]
    const carried = JSON.stringify(packages)
    if (carried !== this.#carried) this.#loadFolder.addPackages(filesOfPackages(packages))
    this.#carried = carried
    return stagePlugin(this.#loadFolder, pluginsFolder(this.#project), file)
  }

  remove(): void {
    this.#loadFolder.remove()
  }
}
