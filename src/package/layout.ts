import type { PackageEntry } from './entries.js'
import { Staging } from '../project/staging.js'

/**
 * The files of a package below the engine's root, as an installation leaves them. Metadata and defaults are also placed
 * in `data/`.
 */
export function layoutEntries({
  name,
  entries,
}: {
  name: string
  entries: readonly PackageEntry[]
}): PackageEntry[] {
  return entries.flatMap(entry => {
    const own = { ...entry, path: `plugins/portable/${name}/${entry.path}` }
    const described = /^(sources|sinks|functions)\//.test(entry.path)
    return described ? [own, { ...entry, path: `data/${entry.path}` }] : [own]
  })
}

/** Writes entries as files with their modes, all or none. */
export function writeEntries(folder: string, entries: readonly PackageEntry[]): void {
  const staging = new Staging(folder)
  try {
    for (const { path, content, executable } of entries)
      staging.add(path, content, executable ? 0o755 : 0o644)
    staging.install()
  } finally {
    staging.discard()
  }
}
