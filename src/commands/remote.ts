import { findPlugin, keyOfPlugin } from '../plugin/plugin-id.js'
import type { Kind } from '../plugin/kind.js'
import { readForm } from '../ekuiper/form.js'
import { configurationsOf, formOf } from '../engine/metadata.js'
import { type Described, missing } from './described.js'
import { listRemotePlugins } from '../engine/plugins.js'
import type { RemotePlugin } from '../plugin/remote-plugin.js'
import { packageNameFrom } from '../package/package-name.js'
import { findPluginSources } from '../project/plugin-sources.js'
import { readProject } from '../project/project.js'
import { asJson } from '../report/json.js'
import {
  type Difference,
  differencesAsTable,
  remotePluginAsJson,
  remotePluginRows,
  remotePluginsAsTable,
} from '../report/remote-plugins.js'
import { engineAt } from './engines.js'
import { untilInterrupted } from './interrupt.js'
import type { ExitCode, Io } from '../io.js'
import { say } from './say.js'

interface Options {
  engine: string
  ca?: string
  json?: boolean
  diff?: boolean
}

function pluginsOf(io: Io, { engine, ca }: Options, wanted: readonly Kind[]): Promise<RemotePlugin[]> {
  return untilInterrupted(io, async signal => {
    const plugins = await listRemotePlugins(engineAt(io, engine, ca, signal))
    return plugins.filter(({ kind }) => wanted.includes(kind))
  })
}

/** `kplug list --engine URL`, with `--diff` against the project: exit code 1 if they differ. */
export async function listRemote(io: Io, wanted: readonly Kind[], options: Options): Promise<ExitCode> {
  const plugins = await pluginsOf(io, options, wanted)
  if (options.diff) return showDifferences(io, plugins, wanted, options)
  if (options.json) io.stdout.write(asJson(plugins.map(remotePluginAsJson)))
  else if (plugins.length > 0) io.stdout.write(remotePluginsAsTable(plugins))
  else say(io, `No portable plugins in ${options.engine}`)
  return 0
}

function showDifferences(
  io: Io,
  there: RemotePlugin[],
  wanted: readonly Kind[],
  { json, engine }: Options,
): ExitCode {
  const differences = differencesFrom(io, there, wanted)
  if (json) io.stdout.write(asJson(differences.map(({ kind, ...rest }) => ({ type: kind, ...rest }))))
  else if (differences.length > 0) io.stdout.write(differencesAsTable(differences))
  else say(io, `${engine} has the same plugins as the project`)
  return differences.length > 0 ? 1 : 0
}

/** Compares the project's package with the engine's package of the same name. Other packages are ignored. */
function differencesFrom(io: Io, there: RemotePlugin[], wanted: readonly Kind[]): Difference[] {
  const project = readProject(io.cwd())
  const own = there.filter(plugin => plugin.package === packageNameFrom(project.name ?? ''))
  const here = findPluginSources(project).sources.filter(({ kind }) => wanted.includes(kind))
  const names = new Map(
    [...here, ...own].map(({ kind, name }) => [keyOfPlugin({ kind, name }), { kind, name }]),
  )
  return [...names.values()]
    .map(plugin => ({
      ...plugin,
      here: findPlugin(here, plugin) && (project.version ?? 'none'),
      there: findPlugin(own, plugin)?.version,
    }))
    .filter(difference => difference.here !== difference.there)
}

/** `kplug describe KIND NAME --engine URL`. */
export function describeRemote(
  io: Io,
  { engine, ca }: Pick<Options, 'engine' | 'ca'>,
  wanted: { kind: Kind; name: string },
): Promise<Described | undefined> {
  return untilInterrupted(io, async signal => {
    const { kind, name } = wanted
    const reached = engineAt(io, engine, ca, signal)
    const plugins = (await listRemotePlugins(reached)).filter(plugin => plugin.kind === kind)
    const plugin = plugins.find(candidate => candidate.name === name)
    if (!plugin) return missing(io, wanted, plugins, engine, `kplug list --engine ${engine}`)
    const configurations = kind === 'source' ? await configurationsOf(reached, kind, name) : undefined
    const form = readForm(kind, name, await formOf(reached, kind, name), configurations)
    return { kind, name, rows: remotePluginRows(plugin), json: remotePluginAsJson(plugin), form }
  })
}
