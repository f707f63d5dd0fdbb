import { withRemedy } from '../../problem/make-problem.js'
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

// The engine has these folders already.
const given = ['.', 'sources', 'sinks', 'functions']

/** What is wrong with a zip as a zip, in the order in which the engine reaches it. */
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
  const file = cleanPath(entry.name)
  if (leadsOut(entry.name, file)) return pathProblem(entry, file)
  const unusable = unusableName(entry, file)
  if (unusable) return unusable
  const parent = checkParent(entry, file, folders)
  if (parent || isFolder(entry)) return parent
  const unusual = unusualFile(entry.mode)
  if (unusual !== undefined) return unusualProblem(entry, file, unusual)
  if (entry.encrypted || (entry.method !== stored && entry.method !== deflated)) return encodingProblem(entry)
  return damaged.has(entry.name) ? checksumProblem(entry) : undefined
}

const climbs = (file: string): boolean => file === '..' || file.startsWith('../') || file.startsWith('/')

const leadsOut = (name: string, file: string): boolean =>
  climbs(file) || /^[A-Za-z]:|\\/.test(name) || name.includes('\0')

function pathProblem(entry: ZipEntry, file: string): Problem {
  const problem = withRemedy(
    'zip-path',
    `The path "${entry.name}" leads out of the package, or does so on some systems`,
    'pack files by paths below the package, with "/"',
  )
  if (!climbs(file)) return problem
  const made = isFolder(entry) ? file : parentOf(file)
  return { ...problem, engine: `mkdirat ${made}: path escapes from parent` }
}

const longestName = 255

/** A name that no file can have, whatever folder it lies in. */
function unusableName(entry: ZipEntry, file: string): Problem | undefined {
  if (file === '.' && !isFolder(entry))
    return withRemedy('zip-path', 'A file has an empty name', 'pack files by their paths')
  const long = file.split('/').find(part => Buffer.byteLength(part) > longestName)
  if (long === undefined) return undefined
  const wrong = `The name "${long.slice(0, 20)}…" has ${Buffer.byteLength(long)} bytes, and the limit is ${longestName}`
  return withRemedy('zip-path', wrong, 'rename the file')
}

/** The engine makes one level of folders for a file, and one for a folder. */
function checkParent(entry: ZipEntry, file: string, folders: ReadonlySet<string>): Problem | undefined {
  const made = isFolder(entry) ? file : parentOf(file)
  if (folders.has(made) || folders.has(parentOf(made))) return undefined
  return {
    ...withRemedy(
      'zip-parent',
      `"${entry.name}" lies in a folder whose own folder "${parentOf(made)}/" has no entry before it`,
      `put an entry "${parentOf(made)}/" before it`,
    ),
    engine: `mkdirat ${made}: no such file or directory`,
  }
}

/** What a mode says of a file that is not a plain one. A type of 0 is that of a zip without modes. */
function unusualFile(mode: number): string | undefined {
  const type = mode & typeMask
  if (type !== 0 && type !== regular) return kindsOfFile.get(type) ?? 'a file of an unknown type'
  return (mode & special) === 0 ? undefined : 'a file with a special mode'
}

const unusualProblem = ({ name }: ZipEntry, file: string, what: string): Problem => ({
  ...withRemedy('zip-link', `"${name}" is ${what}, which a package must not have`, 'pack a plain file'),
  engine: `openat ${file}: unsupported file mode`,
})

function encodingProblem(entry: ZipEntry): Problem {
  const problem = withRemedy(
    'zip-encoding',
    entry.encrypted
      ? `"${entry.name}" is encrypted, and nobody asks the engine for a password`
      : `"${entry.name}" is packed with method ${entry.method}, which the engine does not know`,
    'pack it with deflate',
  )
  const known = entry.method === stored || entry.method === deflated
  return known ? problem : { ...problem, engine: 'zip: unsupported compression algorithm' }
}

const checksumProblem = ({ name }: ZipEntry): Problem => ({
  ...withRemedy('zip-checksum', `"${name}" is damaged: its bytes do not have its checksum`, 'pack again'),
  engine: 'zip: checksum error',
})

function duplicates(entries: readonly ZipEntry[]): Problem[] {
  const files = entries.filter(entry => !isFolder(entry))
  return [...groupBy(files, ({ name }) => cleanPath(name).toLowerCase()).values()].flatMap(
    ([first, second]) => {
      if (!first || !second) return []
      const wrong =
        first.name === second.name
          ? `The zip holds "${first.name}" twice, and only the last one counts`
          : `"${first.name}" and "${second.name}" are one file on systems that ignore letter case`
      return [at(withRemedy('zip-duplicate', wrong, 'remove one of them'), { file: second.name })]
    },
  )
}

/** Files whose path is also that of a folder: one of the two cannot be unpacked. */
function filesThatAreFolders(entries: readonly ZipEntry[]): Problem[] {
  const folders = new Set(
    entries.map(entry => (isFolder(entry) ? cleanPath(entry.name) : parentOf(cleanPath(entry.name)))),
  )
  return entries
    .filter(entry => !isFolder(entry) && cleanPath(entry.name) !== '.' && folders.has(cleanPath(entry.name)))
    .map(({ name }) =>
      at(withRemedy('zip-duplicate', `"${name}" is a file and a folder`, 'remove one of them'), {
        file: name,
      }),
    )
}

function parentOf(file: string): string {
  const end = file.lastIndexOf('/')
  return end < 0 ? '.' : file.slice(0, end) || '/'
}
