import * as fs from 'node:fs'
import * as path from 'node:path'
import { slashedFrom } from './slashed.js'
import { isSystemError } from '../errors/system-error.js'
import { UsageError } from '../errors/usage-error.js'

/** What watches a project. */
export interface ProjectWatch {
  /** Also watches those of some files, relative to the project, that lie outside of it. */
  follow(files: readonly string[]): void
  close(): void
}

/**
 * Tells of every change below a project's folder, gathered until the last one is `quiet` milliseconds old, so that
 * an editor that saves by renaming, or one that saves everything, is seen as one change. Paths are relative, with `/`.
 * It watches from when it returns; call `close` to end it.
 */
export function watchProject(
  root: string,
  quiet: number,
  changed: (files: Set<string>) => void,
): ProjectWatch {
  let files = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const tell = (file: string): void => {
    files.add(slashedFrom(root, file))
    clearTimeout(timer)
    timer = setTimeout(() => {
      const gathered = files
      files = new Set()
      changed(gathered)
    }, quiet)
  }
  const folders = new WatchedFolders(root, tell)
  const outside = new WatchedFiles(tell)
  return {
    follow(inputs): void {
      outside.follow(inputs.filter(isOutside).map(file => path.resolve(root, file)))
    },
    close(): void {
      clearTimeout(timer)
      folders.close()
      outside.close()
    },
  }
}

const isOutside = (file: string): boolean =>
  (file.startsWith('../') || path.isAbsolute(file)) && !file.includes('/node_modules/')

/** Files anywhere. Their folders are watched, since an editor puts a new file in the place of the old one. */
class WatchedFiles {
  readonly #changed: (file: string) => void
  readonly #folders = new Map<string, fs.FSWatcher>()
  #files = new Set<string>()

  constructor(changed: (file: string) => void) {
    this.#changed = changed
  }

  follow(files: readonly string[]): void {
    this.#files = new Set(files)
    for (const folder of new Set(files.map(file => path.dirname(file)))) {
      if (this.#folders.has(folder) || !isFolder(folder)) continue
      const watcher = fs.watch(folder, (_event, name) => {
        const file = path.join(folder, name ?? '')
        if (this.#files.has(file)) this.#changed(file)
      })
      this.#folders.set(
        folder,
        watcher.on('error', () => this.#folders.delete(folder)),
      )
    }
  }

  close(): void {
    for (const watcher of this.#folders.values()) watcher.close()
  }
}

const ignored = new Set(['node_modules', 'plugins', 'dist'])

/** Files and folders of a project that no build reads. */
function isIgnored(root: string, file: string): boolean {
  const [first = '', ...rest] = path.relative(root, file).split(path.sep)
  return ignored.has(first) || first.startsWith('.') || rest.includes('node_modules')
}

/**
 * Folders, each watched for itself: who watches a file, or lets Node watch recursively, watches the old one after an
 * editor has put a new one in its place.
 */
class WatchedFolders {
  readonly #root: string
  readonly #changed: (file: string) => void
  readonly #watchers = new Map<string, fs.FSWatcher>()

  constructor(root: string, changed: (file: string) => void) {
    this.#root = root
    this.#changed = changed
    this.#watch(root, () => {})
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close()
  }

  /** Watches a folder and those below it, and tells of the files that are there already. */
  #watch(folder: string, found: (file: string) => void): void {
    try {
      const watcher = fs.watch(folder, (event, name) => this.#onEvent(folder, event, name ?? ''))
      this.#watchers.set(
        folder,
        watcher.on('error', () => this.#forget(folder)),
      )
      for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
        const full = path.join(folder, entry.name)
        if (isIgnored(this.#root, full)) continue
        if (entry.isDirectory()) this.#watch(full, found)
        else found(full)
      }
    } catch (error) {
      // A folder that has gone again meanwhile is told of by the one above it.
      if (!isSystemError(error)) throw error
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') this.#forget(folder)
      else throw new UsageError(`Cannot watch ${folder}: ${reasonOf(error)}`, { cause: error })
    }
  }

  #onEvent(folder: string, event: string, name: string): void {
    const file = path.join(folder, name)
    if (isIgnored(this.#root, file)) return
    // Something came, went, or took the place of another: if it is a folder, what was watched of it is of no more use.
    if (event === 'rename' && file !== folder) {
      this.#forget(file)
      if (isFolder(file)) this.#watch(file, this.#changed)
    }
    this.#changed(file)
  }

  #forget(folder: string): void {
    for (const [watched, watcher] of this.#watchers) {
      if (watched !== folder && !watched.startsWith(folder + path.sep)) continue
      watcher.close()
      this.#watchers.delete(watched)
    }
  }
}

const isFolder = (file: string): boolean =>
  fs.lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === true

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code !== 'ENOSPC' && error.code !== 'EMFILE') return error.message
  return 'the system watches as many folders as it may; raise its limit ("fs.inotify" of sysctl)'
}
