import { type ProjectWatch, watchProject } from '../project/watch.js'
import { aborted } from '../waiting/abort.js'

/** The files that changed since the previous run; undefined at the first run. */
export type Changed = ReadonlySet<string> | undefined

/**
 * Runs an action, and again after changes in a project's folder, never twice at a time, until the signal aborts. The
 * action gets a signal that aborts with the next change.
 */
export async function onEveryChange(
  root: string,
  signal: AbortSignal,
  act: (changed: Changed, superseded: AbortSignal, watching: ProjectWatch) => Promise<void>,
): Promise<void> {
  let next = new AbortController()
  let changed: Changed
  const watching = watchProject(root, files => {
    changed = new Set([...(changed ?? []), ...files])
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
