import type { PackageEntry } from './entries.js'
import type { Package } from './pack.js'
import { writeFiles } from '../project/staging.js'

/**
 * The files of a package below the engine's root, as an installation leaves them. Metadata and defaults are also placed
 * in `data/`.
 */
export function layoutEntries({ name, entries }: Pick<Package, 'name' | 'entries'>): PackageEntry[] {
  return entries.flatMap(entry => {
    const own = { ...entry, path: `plugins/portable/${name}/${entry.path}` }
    const described = /^(sources|sinks|functions)\//.test(entry.path)
    return described ? [own, { ...entry, path: `data/${entry.path}` }] : [own]
  })
}

/** Writes entries as files with their modes, all or none. */
export const writeEntries = (folder: string, entries: readonly PackageEntry[]): void =>
  writeFiles(
    folder,
    entries.map(({ path, content, executable }) => [path, content, executable ? 0o755 : 0o644]),
  )
