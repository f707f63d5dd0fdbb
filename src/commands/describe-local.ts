import { readForm } from '../ekuiper/form.js'
import { findPlugin, type PluginId } from '../plugin/plugin-id.js'
import type { Form } from '../plugin/form.js'
import { describeBuilt } from '../load/describe.js'
import { isEngineRoot } from '../package/engine-root.js'
import { formOf } from '../package/metadata.js'
import type { InstalledPlugin } from '../plugin/installed.js'
import { folderOf, type Kind } from '../plugin/kind.js'
import type { Problem } from '../problem/problem.js'
import { locatePlugins, readPlugins } from '../project/plugins-folder.js'
import { shownPath } from '../report/path.js'
import { pluginAsJson, pluginRows } from '../report/plugins.js'
import type { Io } from '../io.js'
import { type Described, missing } from './described.js'
import { say, sayProblems } from './say.js'

/** A plugin of a plugins folder, which is loaded for its description, or of an engine's folder. */
export async function describeLocal(
  io: Io,
  named: string | undefined,
  wanted: PluginId,
): Promise<Described | undefined> {
  const folder = locatePlugins(io.cwd(), named)
  if (isEngineRoot(folder))
    return (await import('./describe-package.js')).describeEngineRoot(io, folder, wanted)
  const { kind, name } = wanted
  const { plugins, problems } = readPlugins(folder, [kind])
  const concerning = problems.filter(problem => concerns(problem, kind, name))
  sayProblems(io, concerning)
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

/** Whether a problem concerns the files of this plugin, or files with a similar name, or the folder of its kind. */
function concerns({ file = '' }: Problem, kind: Kind, name: string): boolean {
  if (file === folderOf(kind)) return true
  const [folder, base = ''] = file.split('/')
  const [stem = ''] = base.split(/[@.]/)
  return folder === folderOf(kind) && stem.toLowerCase() === name.toLowerCase()
}
