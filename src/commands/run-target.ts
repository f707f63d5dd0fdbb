import * as path from 'node:path'
import { findPlugin } from '../plugin/plugin-id.js'
import { type Kind, kinds } from '../plugin/kind.js'
import type { Name } from '../plugin/name.js'
import { didYouMean } from '../errors/nearest.js'
import { isError, type Problem } from '../problem/problem.js'
import { UsageError } from '../errors/usage-error.js'
import { shownVersion } from '../plugin/version.js'
import { buildPlugins } from '../build/build.js'
import { findProject } from '../project/find-project.js'
import { builtStem, findPluginSources } from '../project/plugin-sources.js'
import { locatePlugins, readPlugins } from '../project/plugins-folder.js'
import { pluginsFolder, type Project, readProject } from '../project/project.js'
import { Builds } from '../build/record.js'
import type { Io } from '../io.js'

/** The plugin to run, and where it is. */
export interface Target extends Name {
  kind: Kind
  /** The project whose changed sources are built first; undefined for a folder of built plugins. */
  project: Project | undefined
  folder: string
  version: string | undefined
}

interface BuiltFile {
  file: string
  /** Whether it was just built. */
  fresh: boolean
}

export function targetFor(
  io: Io,
  kind: Kind,
  name: Name,
  options: { plugins?: string; version?: string; watch?: boolean },
): Target {
  const home = options.plugins === undefined ? findProject(io.cwd()) : undefined
  const project = home === undefined ? undefined : readProject(home)
  const version = options.version === undefined ? undefined : shownVersion(options.version)
  if (options.watch && (project === undefined || version !== undefined)) {
    throw new UsageError('Cannot use option "--watch" with built plugins: remove "--plugins" and "--version"')
  }
  const folder = project ? pluginsFolder(project) : locatePlugins(io.cwd(), options.plugins)
  return { kind, ...name, project, folder, version }
}

/**
 * The file to run, built first if its sources have changed. Types are not checked: `build` and the editor do that, and
 * running a plugin should not wait for it. Returns undefined if there are problems, which are reported.
 */
export async function builtFile(
  target: Target,
  signal: AbortSignal,
  report: (problems: readonly Problem[]) => void,
): Promise<BuiltFile | undefined> {
  const { project, version } = target
  if (project === undefined || version !== undefined) return { file: installedFile(target), fresh: false }
  const { sources, problems } = findPluginSources(project)
  const source = findPlugin(sources, target)
  if (source === undefined) return { file: installedFile(target), fresh: false }
  const file = path.join(target.folder, `${builtStem(source)}.js`)
  if (!new Builds(project).isStale(source)) return { file, fresh: false }
  const own = problems.filter(problem => problem.file === source.file)
  const options = { minify: false, check: false, clean: false, signal }
  const result = await buildPlugins(project, [source], own, options)
  report(result.problems)
  return result.problems.some(isError) ? undefined : { file, fresh: true }
}

function installedFile(target: Target): string {
  const { folder, kind, name, version } = target
  const plugin = findPlugin(readPlugins(folder, [kind]).plugins, target)
  if (!plugin) throw notThere(target)
  const found =
    version === undefined ? plugin.versions[0] : plugin.versions.find(one => one.version === version)
  if (!found) {
    const known = plugin.versions.map(one => one.version ?? 'none').join(', ')
    throw new UsageError(
      `Cannot run version "${version}" of ${kind} "${name}": the versions in ${folder} are ${known}`,
    )
  }
  if (found.file.endsWith('.so')) {
    throw new UsageError(`Cannot run ${found.file}: it is a native plugin, which only eKuiper can load`)
  }
  return path.join(folder, found.file)
}

function notThere({ folder, kind, name, project }: Target): UsageError {
  const known = readPlugins(folder, kinds).plugins
  const all = [...known, ...(project ? findPluginSources(project).sources : [])]
  const other = all.find(plugin => plugin.name === name)
  if (other) {
    return new UsageError(
      `Cannot run ${kind} "${name}": "${name}" is a ${other.kind}; run "kplug run ${other.kind} ${name}"`,
    )
  }
  const names = all.filter(plugin => plugin.kind === kind).map(plugin => plugin.name)
  return new UsageError(`No ${kind} "${name}" in ${folder}: ${didYouMean(name, names, 'see "kplug list"')}`)
}
