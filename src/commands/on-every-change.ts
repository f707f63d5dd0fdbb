import * as path from 'node:path'
import { type ProjectWatch, watchProject } from '../project/watch.js'
import { aborted } from '../waiting/abort.js'

/** The files that changed since the previous run; undefined at the first run. */
export type Changed = ReadonlySet<string> | undefined

/**
 * Runs an action, and again after changes in a project's folder, never twice at a time, until the signal aborts.
 * What the command itself writes is no change. The action gets a signal that aborts with the next change.
 */
export async function onEveryChange(
  root: string,
  { signal, isOutput }: { signal: AbortSignal; isOutput: (file: string) => boolean },
  act: (changed: Changed, superseded: AbortSignal, watching: ProjectWatch) => Promise<void>,
): Promise<void> {
  let next = new AbortController()
  let changed: Changed
  const watching = watchProject(root, files => {
    const edited = [...files].filter(file => !isOutput(path.join(root, file)))
    if (edited.length === 0) return
    changed = new Set([...(changed ?? []), ...edited])
    next.abort()
  })
  try {
    while (!signal.aborted) {
      next = new AbortController()
      const files = changed
      changed = undefined
      const superseded = AbortSignal.any([signal, next.signal])
      await act(files, superseded, watching)
      await aborted(superseded)
    }
  } finally {
    watching.close()
  }
}
