import { checkConfig } from './config.js'
import { checkDescription } from './description.js'
import { checkTexts } from './texts.js'
import { checkShape } from '../build/shape.js'
import { at, type Location, type Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'
import { isEngineKey } from '../ekuiper/engine-keys.js'
import type { Inspected } from '../load/message.js'
import type { BuiltFile } from '../build/built-file.js'
import type { Bundle } from '../build/bundle.js'
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

/** Loads built plugins in child processes, and checks their descriptions. */
export async function checkBuilt(
  plugins: readonly BuiltFile[],
  texts: SourceTexts,
  loadFolder: LoadFolder,
): Promise<LoadedPlugin[]> {
  const requests = plugins.map(({ source, file, code, map }) => {
    loadFolder.add(`plugins/${file}.map`, map)
    return { file: loadFolder.add(`plugins/${file}`, code), kind: source.kind, symbol: source.symbol }
  })
  const outcomes = await loadBuilt(requests, loadFolder)
  return plugins.flatMap((built, i) => {
    const outcome = outcomes[i]
    if (outcome === undefined) return []
    const { source } = built
    const loading = judgeLoading(outcome).map(problem => at(problem, placed(problem, source, texts)))
    return [{ built, seen: outcome.seen, problems: [...loading, ...checkSeen(source, outcome.seen, texts)] }]
  })
}

/** A problem without a location gets the location of the plugin's export. */
const placed = (problem: Problem, source: PluginSource, texts: SourceTexts): Location =>
  problem.file === undefined ? texts.locationOfSymbol(source) : {}

function checkSeen(source: PluginSource, seen: Inspected | undefined, texts: SourceTexts): Problem[] {
  if (seen?.exportNames === undefined) return []
  const { kind, symbol } = source
  const { methods, hasConfig, isSchema = false, config, about } = seen
  const shape = methods === undefined ? [] : checkShape(kind, symbol, new Set(methods))
  const configured = hasConfig
    ? { isSchema, json: config, configures: methods?.includes('configure') ?? true }
    : undefined
  return [
    ...shape.map(problem => at(problem, texts.locationOfSymbol(source))),
    ...checkConfig(kind, symbol, configured, key => isEngineKey(kind, key)).map(problem =>
      at(problem, locationOfConfigProblem(problem, source, texts)),
    ),
    ...checkDescription(kind, symbol, about).map(problem => at(problem, texts.locationOfSymbol(source))),
    ...checkTexts(kind, symbol, about, config).map(problem =>
      at(problem, locationOfText(problem, source, texts)),
    ),
  ]
}

const locationOfText = ({ subject }: Problem, source: PluginSource, texts: SourceTexts): Location =>
  subject?.type === 'property'
    ? texts.locationOfProperty(source, subject.name)
    : texts.locationOfSymbol(source)

const locationOfConfigProblem = ({ subject }: Problem, source: PluginSource, texts: SourceTexts): Location =>
  subject?.type === 'property'
    ? texts.locationOfProperty(source, subject.name)
    : texts.locationOfConfig(source)

/** What the names of a bundle's exports show without loading the bundle. */
export function checkUnloaded(bundles: readonly Bundle[], texts: SourceTexts): Problem[] {
  return bundles.flatMap(({ source, exportNames }) => [
    ...(exportNames.includes('about')
      ? []
      : checkDescription(source.kind, source.symbol, undefined).map(problem =>
          at(problem, texts.locationOfSymbol(source)),
        )),
    ...(exportNames.includes('config') && source.kind === 'function'
      ? [at(projectProblems.configOfFunction(source.symbol), texts.locationOfConfig(source))]
      : []),
  ])
}
