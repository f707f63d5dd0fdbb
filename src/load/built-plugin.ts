import * as path from 'node:path'
import { Builds } from '../build/record.js'
import { UsageError } from '../errors/usage-error.js'
import type { Kind } from '../plugin/kind.js'
import { builtStem, findPluginSources, selectSources } from '../project/plugin-sources.js'
import { pluginsFolder, readProject } from '../project/project.js'
import { importPlugin, type Plugin } from '../runtime/plugin.js'
import { Surroundings } from './surroundings.js'

/** Loads the built file of a plugin from the project around a folder, next to what its package would carry. */
export async function loadBuiltPlugin(kind: Kind, name: string, from: string): Promise<Plugin> {
  const project = readProject(path.resolve(from))
  const [source] = selectSources(findPluginSources(project).sources, [`${kind}/${name}`])
  if (source === undefined || new Builds(project).isStale(source))
    throw new UsageError(
      `Cannot load ${kind} "${name}": its built file is missing or older than its source; run "kplug build"`,
    )
  const surroundings = new Surroundings(project)
  process.on('exit', () => surroundings.remove())
  const built = path.join(pluginsFolder(project), `${builtStem(source)}.js`)
  return importPlugin(surroundings.stage(source, built), kind, source.symbol)
}
