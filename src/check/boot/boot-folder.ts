import * as fs from 'node:fs'
import * as path from 'node:path'
import type { LoadFolder } from '../../load/load-folder.js'
import { didYouMean } from '../../errors/nearest.js'
import { UsageError } from '../../errors/usage-error.js'
import type { Row } from '../../data/row.js'
import type { PluginId } from '../../plugin/plugin-id.js'
import { symbolOf } from '../../plugin/name.js'
import type { Location } from '../../problem/problem.js'
import type { CheckSettings } from '../../project/project.js'

/** A plugin to start. */
export interface BootPlugin extends PluginId {
  /** Its built file, absolute; undefined in a package that another tool made. */
  file: string | undefined
  /** The DATASOURCE of a source, where the author gives one to the check. */
  dataSource: string | undefined
  props: Row
  /** Where its problems are, unless a line of its source is known. */
  location: Location
}

/** An unpacked package, ready to start. */
export interface BootFolder {
  /** The package's own folder. Its place below the home of `loadFolder` is the same as below an engine's root. */
  folder: string
  loadFolder: LoadFolder
  name: string
  executable: string
  language: string
  /** The folder of its channels: a private one, or for a package from another tool the one that all engines use. */
  channels: string
  plugins: BootPlugin[]
  /** Where the problems of the whole package are, unless a line is known. */
  location: Location
}

type Given = Pick<BootPlugin, 'dataSource' | 'props'>

/** What the check gives to a plugin: its default properties, and over them what the author says, the last word last. */
export function givenTo(name: string, defaults: Row, ...said: readonly (CheckSettings | undefined)[]): Given {
  const given: Given = { dataSource: undefined, props: { ...defaults } }
  for (const settings of said) {
    // A map, since a plugin may be called "constructor".
    const byName = new Map(Object.entries(settings ?? {}))
    const { datasource, props } = byName.get(name) ?? byName.get(symbolOf(name)) ?? {}
    given.dataSource = datasource ?? given.dataSource
    Object.assign(given.props, props)
  }
  return given
}

/** Throws where the author gives something to a plugin that there is not. */
export function refuseUnknown(given: CheckSettings | undefined, names: readonly string[]): void {
  const known = names.flatMap(name => [name, symbolOf(name)])
  const unknown = Object.keys(given ?? {}).find(name => !known.includes(name))
  if (unknown === undefined) return
  const remedy = didYouMean(unknown, known, `use one of ${known.join(', ')}`)
  throw new UsageError(`Cannot give properties to "${unknown}": no plugin has this name; ${remedy}`)
}

/** The folders of a package below a root, as in an engine. */
export function makeFolders(home: string, name: string): { folder: string; channels: string } {
  const folder = path.join(home, 'plugins', 'portable', name)
  const channels = path.join(home, 'c')
  for (const made of [folder, channels, path.join(home, 'data')]) fs.mkdirSync(made, { recursive: true })
  return { folder, channels }
}
