import { locationOfExport } from '../project/export-location.js'
import { verdictOn } from '../project/verdict.js'
import { at, isError, type Problem } from '../problem/problem.js'
import { symbolOf } from '../plugin/name.js'
import { bundleIndependently } from '../build/bundle-independently.js'
import type { Bundle } from '../build/bundle.js'
import { placeInManifest, readProjectWithProblems } from './settings.js'
import { checkFolders, checkUnusedSettings } from './sources.js'
import { checkBuilt, checkUnloaded } from './built.js'
import { clashes } from '../package/pack.js'
import { findPluginSources } from '../project/plugin-sources.js'
import type { CheckSettings, Project } from '../project/project.js'
import { SourceTexts } from '../project/source-texts.js'
import type { NodeProgram } from '../load/node-program.js'
import { LoadFolder } from '../load/load-folder.js'
import { typeCheck } from '../build/type-check.js'

/** The scope of a check. */
export interface CheckOptions {
  types: boolean
  load: boolean
  boot: boolean
  /** The name under which the package is installed, if it differs from the package's own name. */
  name?: string | undefined
  /** What loads the plugins; what runs here unless given. */
  node?: NodeProgram | undefined
  /** What the boot check gives to plugins, over what the settings of the project say. */
  given?: CheckSettings | undefined
  signal: AbortSignal
}

/** All problems of a project, in one pass. The project is not changed. */
export async function checkProject(folder: string, options: CheckOptions): Promise<Problem[]> {
  const { project, problems: settings } = readProjectWithProblems(folder, options.name)
  const { sources, problems: names } = findPluginSources(project)
  const texts = new SourceTexts(project)
  const types =
    options.types && sources.length > 0
      ? typeCheck(project, sources, options.signal).then(({ problems }) => problems)
      : Promise.resolve([])
  // Awaited only after bundling. Bundling may throw first, and then this rejection would be unhandled.
  types.catch(() => {})
  const { bundles, problems: bundling } = await bundleIndependently(project, sources)
  const built = await checkBundles(project, bundles, texts, options)
  const found = [
    ...settings,
    ...names,
    ...checkFolders(project),
    ...clashes(sources),
    ...bundling,
    ...(await checkUnusedSettings(project, bundles)),
    ...preferred([...built, ...(await types)], bundling),
    ...sources.flatMap(({ file }) => texts.ignoresOf(file)?.problems ?? []),
  ]
  const placed = found.map(problem => placedIn(texts, problem))
  return verdictOn(project, placed, texts)
}

async function checkBundles(
  project: Project,
  bundles: readonly Bundle[],
  texts: SourceTexts,
  options: CheckOptions,
): Promise<Problem[]> {
  if (bundles.length === 0) return []
  if (!options.load && !options.boot) return checkUnloaded(bundles, texts)
  const loadFolder = new LoadFolder(options.node, options.signal)
  try {
    const loaded = await checkBuilt(project, bundles, texts, loadFolder)
    const found = loaded.flatMap(({ problems }) => problems)
    if (!options.boot) return found
    const { bootProject } = await import('./boot/boot-project.js')
    return [...found, ...(await bootProject(project, loaded, texts, loadFolder, options))]
  } finally {
    loadFolder.remove()
  }
}

/** Adds the position of the subject to a problem that names only a file, or only its first export. */
function placedIn(texts: SourceTexts, problem: Problem): Problem {
  const { file, line, subject } = problem
  if (file === undefined || subject === undefined) return problem
  if (subject.type === 'setting' && line === undefined)
    return at(problem, placeInManifest(texts.of(file), subject))
  return subject.type === 'plugin' && line === undefined
    ? at(problem, locationOfExport(texts.of(file), symbolOf(subject.name)))
    : problem
}

const shapes = new Set(['folder-wrong', 'method-missing', 'shape-wrong', 'row-wrong'])

/**
 * Drops problems that repeat another one: of several problems with a plugin's shape only the first remains, and no
 * compiler error for a line that has another problem.
 */
function preferred(found: readonly Problem[], bundling: readonly Problem[]): Problem[] {
  const lines = new Set(
    [...bundling, ...found]
      .filter(problem => problem.code !== 'type-error')
      .filter(isError)
      .map(lineOf),
  )
  const shaped = new Set<string | undefined>()
  return found.filter(problem => {
    if (problem.code === 'type-error') return problem.line === undefined || !lines.has(lineOf(problem))
    if (!shapes.has(problem.code)) return true
    const first = !shaped.has(problem.file)
    shaped.add(problem.file)
    return first
  })
}

const lineOf = ({ file, line }: Problem): string => `${file}:${line}`
