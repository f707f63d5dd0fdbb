import { type FileName, parseFileName } from '../plugin/file-name.js'
import { groupBy } from '../plugin/group.js'
import type { InstalledPlugin, InstalledVersion } from '../plugin/installed.js'
import { folderOf, type Kind } from '../plugin/kind.js'
import { folderProblems } from '../problem/folder-problems.js'
import { at, type Problem } from '../problem/problem.js'
import { compareVersions } from '../plugin/version.js'

export interface Catalog {
  plugins: InstalledPlugin[]
  problems: Problem[]
}

interface CatalogFile extends FileName {
  file: string
  base: string
}

/** The files of one plugin. */
type Versions = [CatalogFile, ...CatalogFile[]]

/** Sorts the files in the folder of one kind into plugins and versions. Reports ambiguous files. */
export function catalogOf(kind: Kind, files: readonly string[]): Catalog {
  const found: Problem[] = []
  const entries: CatalogFile[] = []
  for (const base of files.toSorted()) {
    const parsed = parseFileName(base)
    const file = `${folderOf(kind)}/${base}`
    if (parsed) entries.push({ ...parsed, file, base })
    else found.push(at(strayProblem(base), { file }))
  }
  const byName = [...groupBy(entries, entry => entry.name).values()]
  const sorted = byName.map(([...versions]) => versions.sort(latestFirst))
  const plugins = sorted.map(versions => pluginOf(kind, versions))
  found.push(...sorted.flatMap(versions => ambiguities(kind, versions)), ...caseClashes(byName))
  return { plugins: plugins.sort((a, b) => (a.name < b.name ? -1 : 1)), problems: found }
}

const strayProblem = (base: string): Problem =>
  base.endsWith('.js.map')
    ? folderProblems.mapOrphan(base)
    : folderProblems.strayFile(base, strayReason(base))

function strayReason(base: string): string {
  if (/@v?\.(js|so)$/.test(base)) return 'its version is empty'
  if (!/\.(js|so)$/.test(base)) return 'plugins end in ".js" or ".so"'
  return 'its name is not camel case'
}

function pluginOf(kind: Kind, [latest, ...older]: Versions): InstalledPlugin {
  const { name, symbol } = latest
  const shown = ({ version, file }: CatalogFile): InstalledVersion => ({ version, file })
  return { kind, name, symbol, versions: [shown(latest), ...older.map(shown)] }
}

/** Versions are equal if two spellings of one plugin exist. The file name then decides, so that the order is total. */
const latestFirst = (a: CatalogFile, b: CatalogFile): number =>
  compareVersions(b.version, a.version) || engineOrder(b.base, a.base)

/** eKuiper reads a folder in byte order of the file names, and the last file of a plugin wins. */
const engineOrder = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

function ambiguities(kind: Kind, versions: Versions): Problem[] {
  const [latest, next] = versions
  if (next === undefined) return []
  const [engines = latest] = versions.toSorted((a, b) => engineOrder(b.base, a.base))
  const { file } = latest
  const found: Problem[] = []
  const files = versions.map(({ base }) => base).toSorted()
  const spellings = new Set(files.map(base => base.split('@')[0]?.replace(/\.(js|so)$/, '')))
  if (spellings.size > 1 || latest.version === next.version)
    found.push(at(folderProblems.twoSpellings(files, latest.base), { file }))
  if (engines.version !== latest.version) {
    const shown = (entry: CatalogFile): string => entry.version ?? 'none'
    found.push(at(folderProblems.engineOrder(kind, latest.name, shown(latest), shown(engines)), { file }))
  }
  return found
}

function caseClashes(plugins: readonly Versions[]): Problem[] {
  const firsts = plugins.map(([first]) => first)
  return [...groupBy(firsts, ({ name }) => name.toLowerCase()).values()]
    .filter(same => same.length > 1)
    .map(same => at(folderProblems.caseClash(same.map(({ base }) => base)), { file: same[0].file }))
}
