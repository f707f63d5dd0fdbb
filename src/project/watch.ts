import * as fs from 'node:fs'
import * as path from 'node:path'
import { type FSWatcher, watch } from 'chokidar'

// chokidar leaves out what changes again within 50 ms, as when a formatter runs after a save.
const deafTime = 60

const ignored = new Set(['node_modules', 'plugins', 'dist'])

/** Files and folders of a project that no build reads. */
function isIgnored(root: string, file: string): boolean {
  const [first = ''] = path.relative(root, file).split(path.sep)
  return ignored.has(first) || first.startsWith('.')
}

/**
 * Tells of every change below a project's folder, gathered until the last one is `quiet` milliseconds old, so that
 * an editor that saves by renaming, or one that saves everything, is seen as one change. Paths are relative, with `/`.
 */
export function watchProject(root: string, quiet: number, changed: (files: Set<string>) => void): Watching {
  const watcher = watch(root, { ignored: file => isIgnored(root, file), ignoreInitial: true, atomic: false })
  let files = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const tell = (file: string): void => {
    files.add(path.relative(root, file).split(path.sep).join('/'))
    clearTimeout(timer)
    timer = setTimeout(() => {
      const gathered = files
      files = new Set()
      changed(gathered)
    }, quiet)
  }
  watcher.on('all', (_event, file, stats) => {
    tell(file)
    if (stats === undefined) return
    setTimeout(() => {
      if (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs !== stats.mtimeMs) tell(file)
    }, deafTime).unref()
  })
  return { ready: readyOf(watcher), close: () => watcher.close() }
}

export interface Watching {
  ready: Promise<void>
  close(): Promise<void>
}

const readyOf = (watcher: FSWatcher): Promise<void> =>
  new Promise((resolve, reject) => {
    watcher.once('ready', () => resolve())
    watcher.once('error', reject)
  })
