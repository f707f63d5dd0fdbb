import * as path from 'node:path'
import { isError, type Problem } from '../problem/problem.js'
import { UsageError } from '../errors/usage-error.js'
import { buildPlugins } from '../build/build.js'
import { checkEngine } from '../check/engine.js'
import { loadToPack } from '../check/to-pack.js'
import { identify } from '../package/identity.js'
import { clashes, type Package, packageContents } from '../package/pack.js'
import { findPluginSources, type PluginSource } from '../project/plugin-sources.js'
import type { ChooseRuntime } from '../package/standalone.js'
import type { Project } from '../project/project.js'
import { areChecked, Builds } from '../build/record.js'
import { verdictOn } from '../project/verdict.js'
import { writeFiles } from '../project/staging.js'
import { zip } from '../package/write-zip.js'

/** The options of a package. */
export interface PackOptions {
  /** Its name in eKuiper. Default: from the project. */
  name?: string | undefined
  /** Finds a runtime to include. */
  runtime?: ChooseRuntime | undefined
}

type Report = (problems: readonly Problem[]) => void

/** Builds stale plugins, loads every plugin, and makes the package. Reports problems; undefined if there are any. */
export async function buildAndPack(
  project: Project,
  { name, runtime }: PackOptions,
  signal: AbortSignal,
  report: Report,
): Promise<Package | undefined> {
  const identity = identify(project, name)
  const { sources, problems } = findPluginSources(project)
  if (sources.length === 0) throw new UsageError('No plugins to pack: create one with "kplug new"')
  const found = verdictOn(project, [...problems, ...clashes(sources), ...checkEngine(project)])
  const built = await buildStale(project, sources, found, signal)
  if (refused(report, built)) return undefined
  const { plugins, problems: unloadable } = await loadToPack(project, sources, signal)
  if (refused(report, unloadable.filter(isError))) return undefined
  return { ...identity, ...packageContents(project, { identity, plugins, runtime }) }
}

async function buildStale(
  project: Project,
  sources: readonly PluginSource[],
  found: readonly Problem[],
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const builds = new Builds(project)
  const stale = areChecked(project, sources) ? sources.filter(source => builds.isStale(source)) : sources
  if (stale.length === 0 && !found.some(isError)) return found
  const { problems } = await buildPlugins(project, stale, found, {
    minify: false,
    check: true,
    clean: false,
    signal,
  })
  return problems
}

function refused(report: Report, problems: readonly Problem[]): boolean {
  if (problems.length > 0) report(problems)
  return problems.some(isError)
}

/** A package's zip on disk. */
export interface WrittenPackage {
  /** Relative to the project, with `/`. */
  file: string
  bytes: Buffer
}

/** Writes `dist/NAME-VERSION.zip`, all of it or nothing. */
export async function writePackage(project: Project, made: Package): Promise<WrittenPackage> {
  const bytes = await zip(made.entries)
  const file = `${made.name}-${made.version}.zip`
  writeFiles(path.join(project.folder, 'dist'), [[file, bytes]])
  return { file: `dist/${file}`, bytes }
}
