import * as path from 'node:path'
import { zipProblems } from '../../problem/zip-problems.js'
import { at, type Problem } from '../../problem/problem.js'
import { groupBy } from '../../plugin/group.js'
import { filesOf, type PackageContents, type ZipEntry } from '../../package/contents.js'

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
export function checkEntries(contents: PackageContents): Problem[] {
  const folders = new Set(given)
  const found: Problem[] = []
  for (const entry of contents.entries) {
    const wrong = checkEntry(entry, folders, contents.damaged)
    if (wrong) found.push(at(wrong, { file: entry.name }))
    folders.add(madeFor(entry))
  }
  return [...found, ...duplicates(contents), ...filesThatAreFolders(contents)]
}

function checkEntry(
  entry: ZipEntry,
  folders: ReadonlySet<string>,
  damaged: ReadonlySet<string>,
): Problem | undefined {
  const unplaced = checkPath(entry) ?? checkName(entry) ?? checkParent(entry, folders)
  if (unplaced || entry.isFolder) return unplaced
  const unusual = unusualFile(entry.mode)
  if (unusual !== undefined) return zipProblems.unusual(entry.name, entry.path, unusual)
  return checkEncoding(entry) ?? (damaged.has(entry.name) ? zipProblems.damaged(entry.name) : undefined)
}

const parentOf = (file: string): string => path.posix.dirname(file)

/** The folder that the engine makes for an entry: one level only. */
const madeFor = (entry: ZipEntry): string => (entry.isFolder ? entry.path : parentOf(entry.path))

function checkPath(entry: ZipEntry): Problem | undefined {
  if (/^(?:\.\.)?(?:\/|$)/.test(entry.path)) return zipProblems.escapes(entry.name, madeFor(entry))
  return /^[A-Za-z]:|\\|\0/.test(entry.name) ? zipProblems.leadsOut(entry.name) : undefined
}

const longestName = 255

/** A name that no file can have in any folder. */
function checkName({ path: file, isFolder }: ZipEntry): Problem | undefined {
  if (file === '.' && !isFolder) return zipProblems.nameEmpty()
  const long = file.split('/').find(part => Buffer.byteLength(part) > longestName)
  return long === undefined ? undefined : zipProblems.nameLong(long, Buffer.byteLength(long), longestName)
}

function checkParent(entry: ZipEntry, folders: ReadonlySet<string>): Problem | undefined {
  const made = madeFor(entry)
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

const duplicates = (contents: PackageContents): Problem[] =>
  [...groupBy(filesOf(contents), file => file.path.toLowerCase()).values()].flatMap(([first, second]) => {
    if (!second) return []
    const same = first.name === second.name
    const found = same ? zipProblems.twice(first.name) : zipProblems.sameButCase([first.name, second.name])
    return [at(found, { file: second.name })]
  })

/** Files whose path is also the path of a folder. Only one of the two can be unpacked. */
function filesThatAreFolders(contents: PackageContents): Problem[] {
  const folders = new Set(contents.entries.map(madeFor))
  return filesOf(contents)
    .filter(file => file.path !== '.' && folders.has(file.path))
    .map(({ name }) => at(zipProblems.fileAndFolder(name), { file: name }))
}
