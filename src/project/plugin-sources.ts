import * as fs from 'node:fs'
import * as path from 'node:path'
import { fileStem } from '../plugin/file-name.js'
import { groupBy } from '../plugin/group.js'
import { folderOf, type Kind, kinds, parseKind } from '../plugin/kind.js'
import { type Name, parseName } from '../plugin/name.js'
import { didYouMean, nearest } from '../errors/nearest.js'
import { at, type Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'
import { UsageError } from '../errors/usage-error.js'
import { readFolder } from './folder.js'
import type { Project } from './project.js'
import { isIndex, sourceStem } from './source-file.js'

/** A plugin as its author wrote it. */
export interface PluginSource extends Name {
  kind: Kind
  /** Relative to the project, with `/`: `src/sources/MySource.ts`. */
  file: string
  version: string | undefined
}

/** The path of a built plugin below the plugins folder, without extension: `sources/MySource@v1.0.0`. */
export const builtStem = ({
  kind,
  symbol,
  version,
}: Pick<PluginSource, 'kind' | 'symbol' | 'version'>): string =>
  `${folderOf(kind)}/${fileStem(symbol, version)}`

/**
 * Finds a project's plugins by convention: `src/<kind>s/<Symbol>.ts`, or a folder of that name with an index.ts. It
 * also accepts JavaScript, JSX, `.mts` and `.cts`. If a plugin exists in several spellings, which is a problem, the
 * first one is returned.
 */
export function findPluginSources(project: Project): { sources: PluginSource[]; problems: Problem[] } {
  const found: Problem[] = []
  const sources: PluginSource[] = []
  for (const kind of kinds) {
    const ofKind: PluginSource[] = []
    for (const { base, file } of candidates(project.folder, kind)) {
      const name = parseName(base)
      if (name) ofKind.push({ ...name, kind, file, version: versionOf(project, name) })
      else found.push(at(projectProblems.nameInvalid(path.posix.basename(file), base), { file }))
    }
    const groups = [...groupBy(ofKind, source => source.symbol.toLowerCase()).values()]
    found.push(...groups.filter(group => group.length > 1).map(group => duplicates(kind, group)))
    sources.push(...groups.map(([first]) => first))
  }
  found.push(...settingProblems(project, sources))
  return { sources, problems: found }
}

function candidates(root: string, kind: Kind): { base: string; file: string }[] {
  const folder = `src/${folderOf(kind)}`
  return readFolder(path.join(root, folder))
    .flatMap(entry => {
      const file = `${folder}/${entry.name}`
      if (fs.statSync(path.join(root, file), { throwIfNoEntry: false })?.isDirectory()) {
        const index = readFolder(path.join(root, file)).find(({ name }) => isIndex(name))
        return index ? [{ base: entry.name, file: `${file}/${index.name}` }] : []
      }
      const base = sourceStem(entry.name)
      return base === undefined ? [] : [{ base, file }]
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1))
}

function versionOf(project: Project, { name, symbol }: Name): string | undefined {
  // A Map, because a plugin may have the name "constructor".
  const versions = new Map(Object.entries(project.settings.versions ?? {}))
  return versions.get(symbol) ?? versions.get(name) ?? project.version
}

function duplicates(kind: Kind, spellings: readonly [PluginSource, ...PluginSource[]]): Problem {
  const files = spellings.map(({ file }) => file)
  return at(projectProblems.nameTaken(kind, files), { file: spellings[0].file })
}

function settingProblems({ settings }: Project, sources: readonly PluginSource[]): Problem[] {
  const known = sources.flatMap(({ name, symbol }) => [name, symbol])
  const unknown = (key: 'versions' | 'check', make: typeof projectProblems.versionInvalid): Problem[] =>
    Object.keys(settings[key] ?? {})
      .filter(name => !known.includes(name))
      .map(name => make(['kplug', key, name], 'is not the name of a plugin', remedyFor(name, known)))
  return [
    ...unknown('versions', projectProblems.versionInvalid),
    ...unknown('check', projectProblems.settingInvalid),
  ].map(problem => at(problem, { file: 'package.json' }))
}

function remedyFor(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  return meant === undefined ? 'Remove it' : `Rename it to "${meant}"`
}

/** The plugins to look at once more, because others have problems that hide theirs: none if all are or none is broken. */
export function unbrokenSources(
  sources: readonly PluginSource[],
  broken: ReadonlySet<string | undefined>,
): PluginSource[] {
  const others = sources.filter(({ file }) => !broken.has(file))
  return others.length === sources.length ? [] : others
}

/** Selects the named plugins; all if there are no names. A word may be a name, a symbol, or `kind/name`. */
export function selectSources(sources: readonly PluginSource[], words: readonly string[]): PluginSource[] {
  if (words.length === 0) return [...sources]
  return [...new Set(words.flatMap(word => matching(sources, word)))]
}

function matching(sources: readonly PluginSource[], word: string): PluginSource[] {
  const [last = '', folder] = word.split('/').toReversed()
  const kind = folder === undefined ? undefined : parseKind(folder)
  const name = parseName(last)?.name
  const matches = sources.filter(source => source.name === name && (!kind || source.kind === kind))
  if (matches.length > 0) return matches
  const known = sources.flatMap(source => [source.name, source.symbol])
  const remedy = didYouMean(last, known, 'create it with "kplug new"')
  throw new UsageError(`No plugin "${word}" in this project: ${remedy}`)
}
