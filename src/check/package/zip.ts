import { zipProblems } from '../../problem/zip-problems.js'
import { at, type Problem } from '../../problem/problem.js'
import { groupBy } from '../../plugin/group.js'
import { cleanPath, isFolder, type PackageContents, type ZipEntry } from '../../package/contents.js'

const stored = 0
const deflated = 8
const typeMask = 0o170000
const regular = 0o100000
const kindsOfFile = new Map([
  [0o010000, 'a named pipe'],
  [0o020000, 'a character device'],
  [0o040000, 'a folder without "/" at the end of its name'],
  [0o060000, 'a block device'],
  [0o120000, 'a link'],
  [0o140000, 'a socket'],
])
const special = 0o7000

// Every engine already has these folders.
const given = ['.', 'sources', 'sinks', 'functions']

/** Problems of a zip as a zip, in the order in which the engine finds them. */
export function checkEntries({ entries, damaged }: PackageContents): Problem[] {
  const folders = new Set(given)
  const found: Problem[] = []
  for (const entry of entries) {
    const wrong = checkEntry(entry, folders, damaged)
    if (wrong) found.push(at(wrong, { file: entry.name }))
    folders.add(isFolder(entry) ? cleanPath(entry.name) : parentOf(cleanPath(entry.name)))
  }
  return [...found, ...duplicates(entries), ...filesThatAreFolders(entries)]
}

function checkEntry(
  entry: ZipEntry,
  folders: ReadonlySet<string>,
  damaged: ReadonlySet<string>,
): Problem | undefined {
  const { name } = entry
  const file = cleanPath(name)
  const unplaced = checkPath(name, file) ?? checkName(entry, file) ?? checkParent(entry, file, folders)
  if (unplaced || isFolder(entry)) return unplaced
  const unusual = unusualFile(entry.mode)
  if (unusual !== undefined) return zipProblems.unusual(name, file, unusual)
  return checkEncoding(entry) ?? (damaged.has(name) ? zipProblems.damaged(name) : undefined)
}

const climbs = (file: string): boolean => file === '..' || file.startsWith('../') || file.startsWith('/')

function checkPath(name: string, file: string): Problem | undefined {
  if (climbs(file)) return zipProblems.escapes(name, name.endsWith('/') ? file : parentOf(file))
  return /^[A-Za-z]:|\\|\0/.test(name) ? zipProblems.leadsOut(name) : undefined
}

const longestName = 255

/** A name that no file can have in any folder. */
function checkName(entry: ZipEntry, file: string): Problem | undefined {
  if (file === '.' && !isFolder(entry)) return zipProblems.nameEmpty()
  const long = file.split('/').find(part => Buffer.byteLength(part) > longestName)
  return long === undefined ? undefined : zipProblems.nameLong(long, Buffer.byteLength(long), longestName)
}

/** The engine creates one level of folders for a file, and one for a folder. */
function checkParent(entry: ZipEntry, file: string, folders: ReadonlySet<string>): Problem | undefined {
  const made = isFolder(entry) ? file : parentOf(file)
  if (folders.has(made) || folders.has(parentOf(made))) return undefined
  return zipProblems.parentMissing(entry.name, made, parentOf(made))
}

function checkEncoding({ name, encrypted, method }: ZipEntry): Problem | undefined {
  if (method !== stored && method !== deflated) return zipProblems.methodUnknown(name, method)
  return encrypted ? zipProblems.encrypted(name) : undefined
}

/** The kind of a file that is not regular, from its mode. A zip without modes has type 0. */
function unusualFile(mode: number): string | undefined {
  const type = mode & typeMask
  if (type !== 0 && type !== regular) return kindsOfFile.get(type) ?? 'a file of an unknown type'
  return (mode & special) === 0 ? undefined : 'a file with a special mode'
}

function duplicates(entries: readonly ZipEntry[]): Problem[] {
  const files = entries.filter(entry => !isFolder(entry))
  return [...groupBy(files, ({ name }) => cleanPath(name).toLowerCase()).values()].flatMap(
    ([first, second]) => {
      if (!first || !second) return []
      const same = first.name === second.name
      const found = same ? zipProblems.twice(first.name) : zipProblems.sameButCase([first.name, second.name])
      return [at(found, { file: second.name })]
    },
  )
}

/** Files whose path is also the path of a folder. Only one of the two can be unpacked. */
function filesThatAreFolders(entries: readonly ZipEntry[]): Problem[] {
  const folders = new Set(
    entries.map(entry => (isFolder(entry) ? cleanPath(entry.name) : parentOf(cleanPath(entry.name)))),
  )
  return entries
    .filter(entry => !isFolder(entry) && cleanPath(entry.name) !== '.' && folders.has(cleanPath(entry.name)))
    .map(({ name }) => at(zipProblems.fileAndFolder(name), { file: name }))
}

function parentOf(file: string): string {
  const end = file.lastIndexOf('/')
  return end < 0 ? '.' : file.slice(0, end) || '/'
}
