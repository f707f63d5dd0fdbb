import { checkConfig } from './config.js'
import { checkDescription } from './description.js'
import { checkTexts } from './texts.js'
import { checkShape } from '../build/shape.js'
import { at, type Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'
import type { Inspected } from '../load/message.js'
import type { BuiltFile } from '../build/built-file.js'
import type { Bundle } from '../build/bundle.js'
import { externalPackages } from '../build/carried/external.js'
import { filesOfPackages } from '../build/carried/files.js'
import type { Project } from '../project/project.js'
import type { PluginSource } from '../project/plugin-sources.js'
import type { SourceTexts } from '../project/source-texts.js'
import type { LoadFolder } from '../load/load-folder.js'
import { judgeLoading } from '../load/judge.js'
import { loadBuilt } from '../load/load-built.js'

/** A built plugin, its description after loading, and all its problems. */
export interface LoadedPlugin {
  built: BuiltFile
  seen: Inspected | undefined
  problems: Problem[]
}

/** Loads built plugins in child processes, beside the packages that they need, and checks their descriptions. */
export async function checkBuilt(
  project: Project,
  plugins: readonly BuiltFile[],
  texts: SourceTexts,
  loadFolder: LoadFolder,
): Promise<LoadedPlugin[]> {
  const packages = [...externalPackages(project), ...plugins.flatMap(({ carried }) => carried)]
  loadFolder.addPackages(filesOfPackages(packages))
  const requests = plugins.map(({ source, file, code, map }) => {
    loadFolder.add(`plugins/${file}.map`, map)
    return { file: loadFolder.add(`plugins/${file}`, code), kind: source.kind, symbol: source.symbol }
  })
  const outcomes = await loadBuilt(requests, loadFolder)
  return plugins.flatMap((built, i) => {
    const outcome = outcomes[i]
    if (outcome === undefined) return []
    const { source } = built
    const loading = judgeLoading(outcome).map(problem =>
      problem.file === undefined ? at(problem, texts.locationOfSymbol(source)) : problem,
    )
    return [{ built, seen: outcome.seen, problems: [...loading, ...checkSeen(source, outcome.seen, texts)] }]
  })
}

function checkSeen(source: PluginSource, seen: Inspected | undefined, texts: SourceTexts): Problem[] {
  if (seen?.exportNames === undefined) return []
  const { kind, symbol } = source
  const { methods, config, about } = seen
  const found = [
    ...(methods === undefined ? [] : checkShape(kind, symbol, new Set(methods))),
    ...checkConfig(kind, symbol, seen),
    ...checkDescription(kind, symbol, about),
    ...checkTexts(kind, symbol, about, config),
  ]
  return found.map(problem => placed(problem, source, texts))
}

/** What the names of a bundle's exports show without loading the bundle. */
export function checkUnloaded(bundles: readonly Bundle[], texts: SourceTexts): Problem[] {
  return bundles.flatMap(({ source, exportNames }) => {
    const { kind, symbol } = source
    const found = [
      ...(exportNames.includes('about') ? [] : checkDescription(kind, symbol, undefined)),
      ...(exportNames.includes('config') && kind === 'function'
        ? [projectProblems.configOfFunction(symbol)]
        : []),
    ]
    return found.map(problem => placed(problem, source, texts))
  })
}

/** A problem with the position of what it is about: a property, `config`, or the plugin. */
function placed(problem: Problem, source: PluginSource, texts: SourceTexts): Problem {
  const { code, subject } = problem
  if (subject?.type === 'property') return at(problem, texts.locationOfProperty(source, subject.name))
  const ofConfig = code.startsWith('config-')
  return at(problem, ofConfig ? texts.locationOfConfig(source) : texts.locationOfSymbol(source))
}
