import * as path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { catalogOf } from '../project/catalog.js'
import { findPlugin } from '../plugin/plugin-id.js'
import { folderOf, kinds } from '../plugin/kind.js'
import { isError, type Problem } from '../problem/problem.js'
import { isUsageError, UsageError } from '../errors/usage-error.js'
import { type Bundle, bundle, type BundleResult, entriesPerCall } from './bundle.js'
import { readFolder } from '../project/folder.js'
import { builtStem, type PluginSource } from '../project/plugin-sources.js'
import { pluginsFolder, type Project } from '../project/project.js'
import { FileHashes } from './inputs.js'
import { type BuildRecord, recordBuilds, recordCheck, recordOf } from './record.js'
import { descriptionOf } from './record-files.js'
import { verdictOn } from '../project/verdict.js'
import { Staging } from '../project/staging.js'
import { whileLocked } from '../project/folder-lock.js'
import { type TypeCheck, typeCheck } from './type-check.js'

export interface BuildOptions {
  minify: boolean
  check: boolean
  /** Remove the other versions of the plugins that are built. */
  clean: boolean
  signal: AbortSignal
}

/** The built file of a plugin. */
interface BuiltPlugin {
  source: PluginSource
  /** Relative to the project, with `/`. */
  file: string
  bytes: number
  /** Milliseconds between the start of the build and this file. */
  time: number
  /** Relative to the project. */
  inputs: string[]
}

export interface BuildResult {
  built: BuiltPlugin[]
  problems: Problem[]
  /** Files that `clean` removed, relative to the project. */
  removed: string[]
  /** The files that the type-check read, relative to the project; none if the check was skipped. */
  checked: string[]
}

/**
 * Type-checks and bundles plugins into the plugins folder. If there is any error, including those in `found`, it
 * reports all problems and changes no file.
 */
export async function buildPlugins(
  project: Project,
  sources: readonly PluginSource[],
  found: readonly Problem[],
  options: BuildOptions,
): Promise<BuildResult> {
  const staging = new Staging(pluginsFolder(project))
  try {
    const types = startTypeCheck(project, sources, options)
    const { built, records, problems } = await stageBundles(project, sources, options, staging)
    const { problems: typeProblems, files: checked } = await types
    const all = verdictOn(project, [...found, ...problems, ...withoutEchoes(typeProblems, problems)])
    refuseInterrupted(options.signal)
    if (all.some(isError)) return { built: [], problems: all, removed: [], checked }
    staging.add('package.json', '{"type": "module"}\n')
    const removed = options.clean ? otherVersions(project, sources) : []
    for (const file of removed.flatMap(filesOf)) staging.remove(file)
    // Plugins that are run together are built at the same time, and share the file of their records.
    await whileLocked(pluginsFolder(project), () => {
      const ofCheck = options.check ? [recordCheck(project, sources, checked)] : []
      // Last, because a build may be killed while it moves its files: what it did not move must count as changed.
      for (const { file, text } of [...ofCheck, recordBuilds(project, records)]) staging.add(file, text)
      staging.install()
    })
    return {
      built,
      problems: all,
      removed: removed.map(file => `plugins/${file}`),
      checked,
    }
  } catch (error) {
    // Ctrl-C also reaches the bundler and the compiler. They may then fail even before kplug receives the signal.
    if (!isUsageError(error)) await setTimeout(50)
    refuseInterrupted(options.signal)
    throw error
  } finally {
    staging.discard()
  }
}

function startTypeCheck(
  project: Project,
  sources: readonly PluginSource[],
  { check, signal }: BuildOptions,
): Promise<TypeCheck> {
  const types = check ? typeCheck(project, sources, signal) : Promise.resolve({ problems: [], files: [] })
  // Awaited only after bundling. Bundling may throw first, and then this rejection would be unhandled.
  types.catch(() => {})
  return types
}

interface Staged extends Pick<BuildResult, 'built' | 'problems'> {
  /** By built file, below the plugins folder. */
  records: Record<string, BuildRecord>
}

async function stageBundles(
  project: Project,
  sources: readonly PluginSource[],
  { minify, signal }: BuildOptions,
  staging: Staging,
): Promise<Staged> {
  const start = performance.now()
  const hashes = new FileHashes(project.folder)
  const built: BuiltPlugin[] = []
  const records: Staged['records'] = {}
  const found: Problem[] = []
  for await (const { bundles, problems } of bundleInChunks(project, sources, minify)) {
    refuseInterrupted(signal)
    const time = performance.now() - start
    found.push(...problems)
    for (const ready of found.length === 0 ? bundles : []) {
      records[ready.file] = recordOf(project, ready, hashes)
      built.push(stage(ready, staging, time))
    }
  }
  return { built, records, problems: found }
}

const callsAhead = 2

/** Bundles chunk by chunk. While one chunk is written, the next ones are bundled: one call does not keep esbuild busy. */
async function* bundleInChunks(project: Project, sources: readonly PluginSource[], minify: boolean) {
  const calls: Promise<BundleResult>[] = []
  for (let i = 0; i < sources.length; i += entriesPerCall) {
    const call = bundle(project, sources.slice(i, i + entriesPerCall), minify)
    // Awaited only after the calls before it. One of them may fail first, and then this rejection would be unhandled.
    call.catch(() => {})
    calls.push(call)
    for (const ready of calls.splice(0, calls.length - callsAhead)) yield await ready
  }
  for (const ready of calls) yield await ready
}

function stage(bundled: Bundle, staging: Staging, time: number): BuiltPlugin {
  const { source, file, code, map, inputs } = bundled
  staging.add(`${file}.map`, map)
  staging.add(file, code)
  return { source, file: `plugins/${file}`, bytes: code.byteLength, time, inputs }
}

/** The type-check often reports what the bundler has reported. One of them is enough. */
function withoutEchoes(types: readonly Problem[], bundling: readonly Problem[]): Problem[] {
  const said = new Set(bundling.filter(problem => problem.line !== undefined).map(placeOf))
  return types.filter(problem => !said.has(placeOf(problem)))
}

const placeOf = ({ file, line }: Problem): string => `${file}:${line}`

function refuseInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new UsageError('The build was interrupted: no file was changed')
}

/** A built file and the files beside it. */
const filesOf = (file: string): string[] => [file, `${file}.map`, descriptionOf(file)]

/** Files of other versions of these plugins, relative to the plugins folder. */
function otherVersions(project: Project, sources: readonly PluginSource[]): string[] {
  const keep = new Set(sources.map(source => `${builtStem(source)}.js`))
  const folder = pluginsFolder(project)
  const found: string[] = []
  for (const kind of kinds) {
    const files = readFolder(path.join(folder, folderOf(kind))).map(entry => entry.name)
    for (const { name, versions } of catalogOf(kind, files).plugins) {
      if (!findPlugin(sources, { kind, name })) continue
      found.push(...versions.map(({ file }) => file).filter(file => file.endsWith('.js') && !keep.has(file)))
    }
  }
  return found
}
