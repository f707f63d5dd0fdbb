import * as fs from 'node:fs'
import * as path from 'node:path'
import { slashedFrom } from './slashed.js'
import { isSystemError } from '../errors/system-error.js'
import { UsageError } from '../errors/usage-error.js'

/** A watcher of a project. */
export interface ProjectWatch {
  /** Also watches the folders of some files outside the project. Paths are relative to the project. */
  follow(files: readonly string[]): void
  close(): void
}

// Editors that save by renaming cause two events within a few milliseconds.
const quiet = 5

/**
 * Reports every change below a project's folder. Changes are collected until the last one is 5 ms old,
 * so that an editor that saves by renaming, or saves all files, causes one report. Paths are relative, with `/`. It
 * watches from when it returns; `close` ends it.
 */
export function watchProject(root: string, changed: (files: Set<string>) => void): ProjectWatch {
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

/** Watches files anywhere through their folders, because an editor replaces the old file by a new one. */
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
 * Watches each folder separately. A watch on a file, or a recursive watch of Node, follows the old file after an editor
 * has replaced it.
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

  /** Watches a folder and its subfolders, and reports the files that already exist. */
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
      // The folder was removed again. The watcher of its parent reports that.
      if (!isSystemError(error)) throw error
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') this.#forget(folder)
      else throw new UsageError(`Cannot watch ${folder}: ${reasonOf(error)}`, { cause: error })
    }
  }

  #onEvent(folder: string, event: string, name: string): void {
    const file = path.join(folder, name)
    if (isIgnored(this.#root, file)) return
    // An entry was added, removed or replaced. If it is a folder, its old watchers are obsolete.
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
  return 'the system limits the number of watched folders; raise the limit ("fs.inotify" of sysctl)'
}
