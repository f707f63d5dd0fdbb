import * as fs from 'node:fs'
import * as path from 'node:path'
import { slashedFrom } from '../project/slashed.js'
import { withoutDoubles } from '../problem/rules.js'
import { checkShape } from '../build/shape.js'
import { at, type Location, type Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'
import type { InstalledPlugin } from '../plugin/installed.js'
import type { CheckOptions } from './project.js'
import { judgeLoading } from '../load/judge.js'
import { loadBuilt } from '../load/load-built.js'
import type { LoadOutcome } from '../load/loader.js'
import { readPlugins } from '../project/plugins-folder.js'
import type { CodeLocation } from '../stack/source-location.js'
import { LoadFolder } from '../load/load-folder.js'

/** All problems of a folder of built plugins. Each file is loaded in a folder of its own, apart from the others. */
export async function checkPluginsFolder(folder: string, options: CheckOptions): Promise<Problem[]> {
  const { plugins, problems: found } = readPlugins(folder)
  const loaded = options.load ? await loadAll(folder, plugins, options) : []
  return withoutDoubles([...found, ...loaded])
}

async function loadAll(
  folder: string,
  plugins: readonly InstalledPlugin[],
  { node, signal }: CheckOptions,
): Promise<Problem[]> {
  const loadFolder = new LoadFolder(node, signal)
  try {
    prepare(folder, loadFolder)
    const requests = plugins.flatMap(({ kind, symbol, versions }) =>
      versions
        .filter(({ file }) => file.endsWith('.js'))
        .map(({ file }) => ({
          kind,
          symbol,
          file: loadFolder.add(`plugins/${file}`, fs.readFileSync(path.join(folder, file))),
        })),
    )
    const outcomes = await loadBuilt(requests, loadFolder)
    return outcomes.flatMap(outcome => judge(outcome, loadFolder))
  } finally {
    loadFolder.remove()
  }
}

/**
 * What else decides how a file loads: the module type in the nearest package.json, and the packages beside the file.
 */
function prepare(folder: string, loadFolder: LoadFolder): void {
  const manifest = path.join(folder, 'package.json')
  if (fs.existsSync(manifest)) loadFolder.add('plugins/package.json', fs.readFileSync(manifest))
  const modules = path.join(folder, 'node_modules')
  if (fs.existsSync(modules))
    fs.symlinkSync(modules, path.join(loadFolder.folder, 'plugins', 'node_modules'), 'junction')
}

function judge(outcome: LoadOutcome, loadFolder: LoadFolder): Problem[] {
  const { request, seen } = outcome
  const { kind, symbol } = request
  const file = slashedFrom(path.join(loadFolder.folder, 'plugins'), request.file)
  const inBuilt = (built: string, locations: readonly CodeLocation[]): Location | undefined => {
    const own = locations.find(location => location.file === built)
    return own && { file, line: own.line, column: own.column }
  }
  const content = judgeContent()
  return [...judgeLoading(outcome, inBuilt), ...content].map(problem => at(problem, { file }))

  function judgeContent(): Problem[] {
    if (seen?.exportNames === undefined) return []
    if (!seen.exportNames.includes(symbol))
      return [projectProblems.symbolMissing(symbol, { values: seen.exportNames, asType: false })]
    if (seen.hasConfig && !seen.isSchema) return [projectProblems.configInvalid(kind, symbol)]
    return seen.methods === undefined ? [] : checkShape(kind, symbol, new Set(seen.methods))
  }
}
