import { isBuiltin } from 'node:module'
import * as path from 'node:path'
import type { BuildResult, Message, OutputFile } from 'esbuild'
import { at, isError, type Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'
import type { BuiltFile } from './built-file.js'
import { bondProblems } from './bond-problems.js'
import type { CarriedPackage } from './carried/carried-package.js'
import { learnFromBonds, learnFromErrors, learnFromPackages } from './carried/learn.js'
import { packagesNamedIn } from './carried/named.js'
import { Carried, nameIn } from './carried/resolve.js'
import { type Bond, findBonds } from './carried/segments.js'
import { bundleOptions } from './bundle-options.js'
import { isBuildFailure, problemOf, warningOf } from './esbuild-message.js'
import { exportedInstead } from './exported-instead.js'
import { type CodeAndMap, portablePaths } from './portable-paths.js'
import { builtStem, type PluginSource, unbrokenSources } from '../project/plugin-sources.js'
import { withRequire } from './require-shim.js'
import type { Project } from '../project/project.js'

/** A built plugin that has not been written yet. */
export interface Bundle extends BuiltFile {
  /** Its input files, relative to the project. */
  inputs: string[]
  /** The names of the exported values. */
  exportNames: string[]
}

export interface BundleResult {
  bundles: Bundle[]
  problems: Problem[]
}

/**
 * The memory of esbuild grows with the output of its calls: 600 MB for 1000 plugins in one call. Of calls with this
 * number, a build makes three at a time.
 */
export const entriesPerCall = 100

/** Bundles plugins and reports all problems of all of them, some several times. Writes nothing. */
export async function bundle(
  project: Project,
  sources: readonly PluginSource[],
  minify: boolean,
): Promise<BundleResult> {
  const carried = new Carried(project.folder)
  for (const name of project.settings.external ?? []) carried.addNamed(name, 'is named in "kplug.external"')
  const attempt = await untilNothingIsLearned(project, sources, carried)
  if ('errors' in attempt) {
    const found = attempt.errors.map(message => problemOf(message, project))
    return { bundles: [], problems: [...found, ...(await problemsOfOthers(project, sources, found, minify))] }
  }
  const { bundles, problems: own } = bundlesOf(project, attempt.outputs, carried)
  const warnings = attempt.result.warnings.map(message => warningOf(message, project))
  const found = [...own, ...warnings]
  if (!minify || found.some(isError)) return { bundles, problems: found }
  const small = await attemptToBundle(project, sources, carried, true)
  if ('errors' in small) throw new Error('esbuild cannot minify what it bundled')
  return { bundles: bundlesOf(project, small.outputs, carried, bundles).bundles, problems: found }
}

/** The output of esbuild for one plugin. */
interface Output {
  source: PluginSource
  code: OutputFile
  map: OutputFile
  /** Relative to the project. */
  inputs: string[]
  imports: Built['metafile']['outputs'][string]['imports']
  exports: string[]
  bonds: Bond[]
}

/** The output of esbuild for all plugins, or why there is none. */
type Attempt = { result: Built; outputs: Output[] } | { errors: Message[] }

/**
 * Only bundling shows what cannot be bundled. Such packages are then carried, and everything is bundled again without
 * them.
 */
async function untilNothingIsLearned(
  project: Project,
  sources: readonly PluginSource[],
  carried: Carried,
): Promise<Attempt> {
  for (;;) {
    const before = carried.size
    const attempt = await attemptToBundle(project, sources, carried, false)
    if ('errors' in attempt) learnFromErrors(carried, project.folder, attempt.errors)
    else {
      learnFromBonds(
        carried,
        project.folder,
        attempt.outputs.flatMap(({ bonds }) => bonds),
      )
      learnFromPackages(carried, project.folder, Object.keys(attempt.result.metafile.inputs))
    }
    if (carried.size === before) return attempt
  }
}

async function attemptToBundle(
  project: Project,
  sources: readonly PluginSource[],
  carried: Carried,
  minify: boolean,
): Promise<Attempt> {
  const { build } = await import('esbuild')
  try {
    const result = await build(bundleOptions(project, sources, carried, minify))
    return { result, outputs: outputsOf(project, sources, result) }
  } catch (error) {
    if (!isBuildFailure(error)) throw error
    return { errors: error.errors }
  }
}

function outputsOf(
  { folder }: Project,
  sources: readonly PluginSource[],
  { outputFiles, metafile }: Built,
): Output[] {
  const files = new Map(outputFiles.map(file => [file.path, file]))
  return sources.map(source => {
    const name = `plugins/${builtStem(source)}.js`
    const full = path.join(folder, name)
    const [made, code, map] = [metafile.outputs[name], files.get(full), files.get(`${full}.map`)]
    if (!made || !code || !map) throw new Error(`esbuild made no ${name}`)
    const inputs = Object.keys(made.inputs)
    return { ...made, source, code, map, inputs, bonds: findBonds(code.text, inputs) }
  })
}

/** If a call fails, nothing is known about the plugins without errors. They are bundled again separately. */
async function problemsOfOthers(
  project: Project,
  sources: readonly PluginSource[],
  found: readonly Problem[],
  minify: boolean,
): Promise<Problem[]> {
  const broken = new Set(found.map(problem => problem.file))
  const others = unbrokenSources(sources, broken)
  if (others.length === 0) return []
  return (await bundle(project, others, minify)).problems
}

type Built = BuildResult<ReturnType<typeof bundleOptions>>

/** `whole` are the same bundles before minification: only they show which packages their strings name. */
function bundlesOf(
  project: Project,
  outputs: readonly Output[],
  carried: Carried,
  whole?: readonly Bundle[],
): BundleResult {
  const bundles: Bundle[] = []
  const found: Problem[] = []
  for (const [i, output] of outputs.entries()) {
    const { source, bonds, exports } = output
    found.push(...bondProblems(project.folder, bonds, output))
    if (exports.includes(source.symbol)) {
      bundles.push(finish(project, output, whole?.[i]?.carried ?? packagesOf(project, carried, output)))
    } else {
      const seen = exportedInstead(project, source, exports)
      const problem = projectProblems.symbolMissing(source.symbol, seen.exports)
      found.push(at(problem, { file: source.file, ...seen.location }))
    }
  }
  return { bundles, problems: found }
}

/** The packages that a bundle imports, and the dependencies that its strings name. The package must contain both. */
function packagesOf(project: Project, carried: Carried, { code, imports, inputs }: Output): CarriedPackage[] {
  const imported = imports.flatMap(({ path: specifier, external }) =>
    external && !isBuiltin(specifier) ? (carried.inReachOfPlugins(nameIn(specifier)) ?? []) : [],
  )
  const byComputedName = imported.length > 0 || code.text.includes('createRequire')
  const named = byComputedName ? packagesNamedIn(project, code.text, inputs) : []
  return [...new Map([...named, ...imported].map(one => [one.folder, one])).values()]
}

/** Makes the bytes independent of the folder, and defines `require` for CommonJS code. */
function finish(project: Project, output: Output, carried: CarriedPackage[]): Bundle {
  const { source, inputs, exports: exportNames } = output
  const parsed: CodeAndMap['map'] = JSON.parse(output.map.text)
  const raw = { code: output.code.contents, map: parsed }
  const { code, map } = withRequire(portablePaths(project.folder, inputs, raw))
  const mapBytes =
    map === parsed ? output.map.contents : Buffer.from(`${JSON.stringify(map, undefined, 2)}\n`)
  return { source, file: `${builtStem(source)}.js`, code, map: mapBytes, inputs, exportNames, carried }
}
