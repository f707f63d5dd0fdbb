import { createHash } from 'node:crypto'
import * as path from 'node:path'
import { isError, type Problem } from '../problem/problem.js'
import { UsageError } from '../errors/usage-error.js'
import { buildPlugins } from '../build/build.js'
import { clashes, identify, makePackage, type Package, type PackOptions } from '../package/pack.js'
import { findPluginSources } from '../project/plugin-sources.js'
import type { Project } from '../project/project.js'
import { areChecked, isStale } from '../build/record.js'
import { Staging } from '../project/staging.js'
import { zip } from '../package/write-zip.js'
import type { Io } from '../io.js'
import { reportProblems } from './report-build.js'

/** Builds what is stale, type-checked, and makes the package; undefined where problems were reported. */
export async function buildAndPack(
  io: Io,
  project: Project,
  options: PackOptions,
  signal: AbortSignal,
): Promise<Package | undefined> {
  identify(project, options.name)
  const { sources, problems } = findPluginSources(project)
  if (sources.length === 0) throw new UsageError('No plugins to pack: add one with "kplug new"')
  const found = [...problems, ...clashes(sources)]
  const stale = areChecked(project, sources) ? sources.filter(source => isStale(project, source)) : sources
  const built =
    stale.length > 0 || found.some(isError)
      ? await buildPlugins(project, stale, found, { minify: false, check: true, clean: false, signal })
      : { problems: found }
  if (refused(io, built.problems)) return undefined
  const { made, problems: unloadable } = await makePackage(project, sources, options)
  refused(io, unloadable)
  return made
}

function refused(io: Io, problems: readonly Problem[]): boolean {
  reportProblems(io, problems)
  return problems.some(isError)
}

/** A package's zip on disk. */
export interface WrittenPackage {
  /** Relative to the project, with `/`. */
  file: string
  bytes: Buffer
  sha256: string
}

/** Writes `dist/NAME-VERSION.zip`, whole or not at all. */
export async function writePackage(project: Project, made: Package): Promise<WrittenPackage> {
  const bytes = await zip(made.entries)
  const file = `${made.name}-${made.version}.zip`
  const staging = new Staging(path.join(project.folder, 'dist'))
  try {
    staging.add(file, bytes)
    staging.install()
  } finally {
    staging.discard()
  }
  return { file: `dist/${file}`, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}
