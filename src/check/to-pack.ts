import { readBuilt } from '../build/built-file.js'
import { Builds } from '../build/record.js'
import { isRow, type Row } from '../data/row.js'
import { LoadFolder } from '../load/load-folder.js'
import type { PluginToPack } from '../package/pack.js'
import type { Problem } from '../problem/problem.js'
import { verdictOn } from '../project/verdict.js'
import type { PluginSource } from '../project/plugin-sources.js'
import type { Project } from '../project/project.js'
import { SourceTexts } from '../project/source-texts.js'
import { checkBuilt, type LoadedPlugin } from './built.js'

/** Loads the built files in the plugins folder, and applies the same checks as `validate`. */
export async function loadToPack(
  project: Project,
  sources: readonly PluginSource[],
  signal?: AbortSignal,
): Promise<{ plugins: PluginToPack[]; problems: Problem[] }> {
  const texts = new SourceTexts(project)
  const loadFolder = new LoadFolder(undefined, signal)
  try {
    const builds = new Builds(project)
    const built = sources.map(source => readBuilt(project, source, builds.carriedBy(source)))
    const loaded = await checkBuilt(project, built, texts, loadFolder)
    const found = [
      ...loaded.flatMap(({ problems }) => problems),
      ...sources.flatMap(({ file }) => texts.ignoresOf(file)?.problems ?? []),
    ]
    return { plugins: loaded.map(toPack), problems: verdictOn(project, found, texts) }
  } finally {
    loadFolder.remove()
  }
}

export const toPack = ({ built, seen }: LoadedPlugin): PluginToPack => ({
  built,
  about: seen?.about,
  config: seen?.config,
  configurations: presetsFrom(seen?.configurations),
  aggregate: seen?.aggregate,
})

/** Named configurations that are objects. The checks report the others. */
const presetsFrom = (value: unknown): Record<string, Row> =>
  Object.fromEntries(
    Object.entries(isRow(value) ? value : {}).filter((entry): entry is [string, Row] => isRow(entry[1])),
  )
