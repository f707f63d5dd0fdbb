import { withRemedy } from '../../problem/make-problem.js'
import { at, type Problem } from '../../problem/problem.js'
import { groupBy } from '../../plugin/group.js'
import { cleanPath, isFolder, type PackageContents, type ZipEntry } from '../../package/contents.js'

const stored = 0
const deflated = 8
const typeMask = 0o170000
const link = 0o120000
const special = 0o7000

// The engine has these folders already.
const given = ['.', 'sources', 'sinks', 'functions']

/** What is wrong with a zip as a zip, whatever it holds, in the order in which the engine would come to it. */
export function checkEntries({ entries, damaged }: PackageContents): Problem[] {
  const folders = new Set(given)
  const found: Problem[] = []
  for (const entry of entries) {
    const wrong = checkEntry(entry, folders, damaged)
    if (wrong) found.push(at(wrong, { file: entry.name }))
    folders.add(isFolder(entry) ? cleanPath(entry.name) : parentOf(cleanPath(entry.name)))
  }
  return [...found, ...duplicates(entries)]
}

function checkEntry(
  entry: ZipEntry,
  folders: ReadonlySet<string>,
  damaged: ReadonlySet<string>,
): Problem | undefined {
  const file = cleanPath(entry.name)
  if (leadsOut(entry.name, file)) return pathProblem(entry, file)
  const parent = checkParent(entry, file, folders)
  if (parent || isFolder(entry)) return parent
  if ((entry.mode & typeMask) === link || (entry.mode & special) !== 0) return linkProblem(entry, file)
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

function linkProblem(entry: ZipEntry, file: string): Problem {
  const isLink = (entry.mode & typeMask) === link
  return {
    ...withRemedy(
      'zip-link',
      `"${entry.name}" is ${isLink ? 'a link' : 'a file with a special mode'}, which a package must not have`,
      'pack the file itself',
    ),
    engine: `openat ${file}: unsupported file mode`,
  }
}

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

const duplicates = (entries: readonly ZipEntry[]): Problem[] =>
  [...groupBy(entries, ({ name }) => cleanPath(name).toLowerCase())].flatMap(([, [first, second]]) =>
    first && second && !isFolder(first)
      ? [
          at(
            withRemedy(
              'zip-duplicate',
              first.name === second.name
                ? `"${first.name}" is there twice, and only the last one counts`
                : `"${first.name}" and "${second.name}" are one file where letter case does not count`,
              'leave one of them out',
            ),
            { file: second.name },
          ),
        ]
      : [],
  )

function parentOf(file: string): string {
  const end = file.lastIndexOf('/')
  return end < 0 ? '.' : file.slice(0, end) || '/'
}
