import * as fs from 'node:fs'
import * as path from 'node:path'
import { locationOfExport } from './export-location.js'
import { positionAt } from '../problem/position.js'
import { type Ignores, readIgnores } from '../problem/ignores.js'
import type { Location } from '../problem/problem.js'
import type { PluginSource } from './plugin-sources.js'
import type { Project } from './project.js'
import { isSource } from './source-file.js'

/** The texts of a project's TypeScript files, each read once, and the comments in them that kplug reads. */
export class SourceTexts {
  readonly #folder: string
  readonly #texts = new Map<string, string>()
  readonly #ignores = new Map<string, Ignores>()

  constructor({ folder }: Project) {
    this.#folder = folder
  }

  /** The text of a file; empty if it cannot be read. */
  of(file: string): string {
    let text = this.#texts.get(file)
    if (text === undefined) {
      const full = path.join(this.#folder, file)
      text = fs.statSync(full, { throwIfNoEntry: false })?.isFile() ? fs.readFileSync(full, 'utf8') : ''
      this.#texts.set(file, text)
    }
    return text
  }

  ignoresOf(file: string): Ignores | undefined {
    if (!isSource(file)) return undefined
    const known = this.#ignores.get(file) ?? readIgnores(file, this.of(file))
    this.#ignores.set(file, known)
    return known
  }

  locationOfSymbol = ({ file, symbol }: PluginSource): Location => ({
    file,
    ...locationOfExport(this.of(file), symbol),
  })

  locationOfConfig = ({ file }: PluginSource): Location => ({
    file,
    ...locationOfExport(this.of(file), 'config'),
  })

  /** The position of a property in `config`. */
  locationOfProperty(source: PluginSource, property: string): Location {
    const text = this.of(source.file)
    const after = Math.max(0, text.search(/\bconfig\b/))
    const found = text.slice(after).search(new RegExp(`["']?\\b${property}\\b["']?\\s*:`))
    return found < 0
      ? this.locationOfConfig(source)
      : { file: source.file, ...positionAt(text, after + found) }
  }
}
