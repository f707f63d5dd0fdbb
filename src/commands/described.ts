import * as path from 'node:path'
import { readForm } from '../ekuiper/form.js'
import { findPlugin, type PluginId } from '../plugin/plugin-id.js'
import type { Form } from '../plugin/form.js'
import { didYouMean } from '../errors/nearest.js'
import { clauseOf } from '../problem/problem.js'
import { UsageError } from '../errors/usage-error.js'
import { describeBuilt } from '../load/describe.js'
import { isEngineRoot, readEngineRoot } from '../package/engine-root.js'
import { formOf } from '../package/metadata.js'
import type { DescribedPackage } from '../package/package-file.js'
import type { InstalledPlugin } from '../plugin/installed.js'
import { folderOf, type Kind } from '../plugin/kind.js'
import type { Problem } from '../problem/problem.js'
import { locatePlugins, readPlugins } from '../project/plugins-folder.js'
import { shownPath } from '../report/path.js'
import { pluginAsJson, pluginRows } from '../report/plugins.js'
import { problemsAsText } from '../report/problems.js'
import { styleFor } from '../report/style.js'
import type { Io } from '../io.js'
import { quoted } from './arguments.js'
import { say } from './say.js'

/** A plugin with its description, wherever it is. */
export interface Described extends PluginId {
  /** Name, version and the like. */
  rows: string[][]
  json: object
  /** Undefined if it is unknown. */
  form: Form | undefined
}

/** A plugin of a plugins folder, which is loaded for its description, or of an engine's folder. */
export async function describeLocal(
  io: Io,
  named: string | undefined,
  wanted: PluginId,
): Promise<Described | undefined> {
  const folder = locatePlugins(io.cwd(), named)
  if (isEngineRoot(folder)) return packaged(io, readEngineRoot(folder), wanted, shownPath(io.cwd(), folder))
  const { kind, name } = wanted
  const { plugins, problems } = readPlugins(folder, [kind])
  const concerning = problems.filter(problem => concerns(problem, kind, name))
  io.stderr.write(problemsAsText(concerning, styleFor({ stream: io.stderr, env: io.env })))
  const plugin = findPlugin(plugins, wanted)
  if (plugin === undefined) return missing(io, wanted, plugins, shownPath(io.cwd(), folder), 'kplug list')
  const form = await formIn(io, folder, plugin)
  return { kind, name, rows: pluginRows(plugin), json: pluginAsJson(plugin), form }
}

/** A native plugin, or a plugin that cannot be loaded, has no form. */
async function formIn(io: Io, folder: string, plugin: InstalledPlugin): Promise<Form | undefined> {
  const [{ file }] = plugin.versions
  if (!file.endsWith('.js')) return undefined
  const { kind, name, symbol } = plugin
  const seen = await describeBuilt(folder, { kind, symbol, file })
  if (seen.failure !== undefined) {
    say(io, `Cannot describe ${file}: ${seen.failure}`)
    return undefined
  }
  return readForm(
    kind,
    name,
    formOf({ plugin, about: seen.about, config: seen.config, aggregate: seen.aggregate }),
    seen.configurations,
  )
}

/** A plugin of a zip. */
export async function describePackage(
  io: Io,
  file: string,
  wanted: PluginId,
): Promise<Described | undefined> {
  const { readPackageFile } = await import('../package/package-file.js')
  const read = await readPackageFile(path.resolve(io.cwd(), file))
  if ('problem' in read) throw new UsageError(`Cannot read ${file}: ${clauseOf(read.problem)}`)
  return packaged(io, [read], wanted, file)
}

function packaged(
  io: Io,
  packages: readonly DescribedPackage[],
  wanted: PluginId,
  place: string,
): Described | undefined {
  const { kind, name } = wanted
  const own = packages.find(({ manifest }) => manifest.names[kind].includes(name))
  if (own === undefined) {
    const names = packages.flatMap(({ manifest }) => manifest.names[kind]).map(other => ({ name: other }))
    return missing(io, wanted, names, place)
  }
  const { version } = own.manifest
  const form = readForm(
    kind,
    name,
    own.metadata.get(`${folderOf(kind)}/${name}.json`),
    own.metadata.get(`${folderOf(kind)}/${name}.yaml`),
  )
  return {
    kind,
    name,
    rows: [
      ['type', kind],
      ['name', name],
      ['version', version],
      ['package', own.name],
    ],
    json: { type: kind, name, version, package: own.name },
    form,
  }
}

/** Reports that a plugin does not exist, with a similar name or with the place to look at. */
export function missing(
  io: Io,
  { kind, name }: PluginId,
  others: readonly { name: string }[],
  place: string,
  see?: string,
): undefined {
  const names = others.map(other => other.name)
  const has = names.length === 0 ? `no ${kind}` : quoted(names)
  const remedy = didYouMean(name, names, see === undefined ? `it has ${has}` : `see "${see}"`)
  say(io, `No ${kind} "${name}" in ${place}: ${remedy}`)
  return undefined
}

/** Whether a problem concerns the files of this plugin, or files with a similar name, or the folder of its kind. */
function concerns({ file = '' }: Problem, kind: Kind, name: string): boolean {
  if (file === folderOf(kind)) return true
  const [folder, base = ''] = file.split('/')
  const [stem = ''] = base.split(/[@.]/)
  return folder === folderOf(kind) && stem.toLowerCase() === name.toLowerCase()
}
