import * as fs from 'node:fs'
import * as path from 'node:path'
import { externalPackages } from '../build/carried/external.js'
import { filesOfPackages } from '../build/carried/files.js'
import { Builds } from '../build/record.js'
import type { PluginSource } from '../project/plugin-sources.js'
import { pluginsFolder, type Project } from '../project/project.js'
import { slashedFrom } from '../project/slashed.js'
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
    return this.#copy(file)
  }

  /** Copies a built file of the project. The source map of the copy still leads to the sources. */
  #copy(file: string): string {
    const below = `plugins/${slashedFrom(pluginsFolder(this.#project), file)}`
    const map = `${file}.map`
    if (fs.existsSync(map)) this.#loadFolder.add(`${below}.map`, withAbsoluteSources(map))
    return this.#loadFolder.add(below, fs.readFileSync(file))
  }

  remove(): void {
    this.#loadFolder.remove()
  }
}

function withAbsoluteSources(file: string): string {
  const map: { sources: string[] } = JSON.parse(fs.readFileSync(file, 'utf8'))
  const sources = map.sources.map(source => path.resolve(path.dirname(file), source))
  return JSON.stringify({ ...map, sources })
}
