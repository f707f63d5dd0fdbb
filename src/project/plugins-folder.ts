import * as fs from 'node:fs'
import * as path from 'node:path'
import { catalogOf, type Catalog } from './catalog.js'
import { folderOf, type Kind, kinds } from '../plugin/kind.js'
import { folderProblems } from '../problem/folder-problems.js'
import { at, type Problem } from '../problem/problem.js'
import { isSystemError, systemReason } from '../errors/system-error.js'
import { UsageError } from '../errors/usage-error.js'
import { findProject } from './find-project.js'
import { readFolder } from './folder.js'

// Other entries of a plugins folder: kplug's own, and an engine's folders.
const expected = new Set(['package.json', 'node_modules', 'portable', 'wasm', ...kinds.map(folderOf)])

/**
 * The plugins folder of a command: the one from the command line, else the project's, else `plugins` in the current
 * folder.
 */
export function locatePlugins(cwd: string, named: string | undefined): string {
  if (named !== undefined) {
    const folder = path.resolve(cwd, named)
    if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder
    throw new UsageError(`Cannot read plugins from ${folder}: it is not a folder`)
  }
  const project = findProject(cwd)
  const folder = path.join(project ?? cwd, 'plugins')
  if (project !== undefined || fs.existsSync(folder)) return folder
  throw new UsageError(
    `No kplug project and no plugins folder in ${cwd} or above: name a plugins folder with "--plugins DIR", or create a project in an empty folder with "kplug new source mySource"`,
  )
}

/** Reads the installed plugins without running them. A missing folder is empty. */
export function readPlugins(folder: string, wanted: readonly Kind[] = kinds): Catalog {
  const stray = strays(folder)
  const catalogs = wanted.map(kind => readKind(folder, kind))
  return {
    plugins: catalogs.flatMap(({ plugins }) => plugins),
    problems: [...stray, ...catalogs.flatMap(({ problems }) => problems)],
  }
}

function strays(folder: string): Problem[] {
  return readFolder(folder)
    .filter(entry => !expected.has(entry.name))
    .map(entry =>
      at(folderProblems.strayFile(entry.name, 'plugins lie in "sources", "sinks" and "functions"'), {
        file: entry.name,
      }),
    )
}

/** Why the folder of a kind cannot be read; undefined if it can be read or does not exist. */
function unreadableFolder(folder: string): string | undefined {
  const entry = fs.lstatSync(folder, { throwIfNoEntry: false })
  if (entry === undefined) return undefined
  try {
    fs.opendirSync(folder).closeSync()
    return undefined
  } catch (error) {
    return reasonOf(error, entry)
  }
}

function readKind(root: string, kind: Kind): Catalog {
  const kindFolder = folderOf(kind)
  const folder = path.join(root, kindFolder)
  const denied = unreadableFolder(folder)
  if (denied !== undefined) {
    const problem = at(folderProblems.folderUnreadable(kindFolder, denied), { file: kindFolder })
    return { plugins: [], problems: [problem] }
  }
  const files: string[] = []
  const broken: Problem[] = []
  const entries = readFolder(folder)
  const names = new Set(entries.map(entry => entry.name))
  for (const entry of entries) {
    if (entry.name.endsWith('.js.map') && names.has(entry.name.slice(0, -4))) continue
    const reason = unreadable(path.join(folder, entry.name), entry)
    const file = `${kindFolder}/${entry.name}`
    if (reason === undefined) files.push(entry.name)
    else broken.push(at(folderProblems.fileUnreadable(entry.name, reason), { file }))
  }
  const { plugins, problems } = catalogOf(kind, files)
  return { plugins, problems: [...broken, ...problems] }
}

/** Why an entry cannot be a plugin, regardless of its name. */
function unreadable(file: string, entry: fs.Dirent): string | undefined {
  if (entry.isDirectory()) return 'it is a folder'
  try {
    if (!fs.statSync(file).isFile()) return 'it is not a regular file'
    fs.accessSync(file, fs.constants.R_OK)
    return undefined
  } catch (error) {
    return reasonOf(error, entry)
  }
}

function reasonOf(error: unknown, entry: fs.Dirent | fs.Stats): string {
  if (!isSystemError(error)) throw error
  return entry.isSymbolicLink() && error.code === 'ENOENT'
    ? 'it is a link to a missing file'
    : systemReason(error)
}
