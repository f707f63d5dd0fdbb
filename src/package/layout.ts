import type { Entry } from './entries.js'
import { Staging } from '../project/staging.js'

/**
 * A package's files as an engine finds them when it starts, below its root: what installing it would have left there.
 * Metadata and defaults go to `data/` as well.
 */
export function layoutEntries({ name, entries }: { name: string; entries: readonly Entry[] }): Entry[] {
  return entries.flatMap(entry => {
    const own = { ...entry, path: `plugins/portable/${name}/${entry.path}` }
    const described = /^(sources|sinks|functions)\//.test(entry.path)
    return described ? [own, { ...entry, path: `data/${entry.path}` }] : [own]
  })
}

/** Writes entries as files with their modes, all of them or none. */
export function writeEntries(folder: string, entries: readonly Entry[]): void {
  const staging = new Staging(folder)
  try {
    for (const { path, content, executable } of entries)
      staging.add(path, content, executable ? 0o755 : 0o644)
    staging.install()
  } finally {
    staging.discard()
  }
}
