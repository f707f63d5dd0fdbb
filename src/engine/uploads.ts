// kplug stores the history of a package in the names of its uploads, because the engine keeps no history.
// NAME@0007-0.2.0-1a2b3c4d.zip: the seventh upload of the package NAME, version 0.2.0, with the first digits of its
// SHA-256.

/** An upload of a package, from its file name. */
export interface Upload {
  file: string
  /** The path on the engine's disk. */
  path: string
  name: string
  sequence: number
  version: string
  checksum: string
}

const pattern = /^([A-Za-z0-9_-]+)@(\d{4,})-(.+)-([0-9a-f]{8})\.zip$/

/** The name of an uploaded file, from its path on any system. */
export const fileOf = (path: string): string => path.split(/[/\\]/).at(-1) ?? path

function parseUpload(path: string): Upload | undefined {
  const file = fileOf(path)
  const [, name, sequence, version, checksum] = pattern.exec(file) ?? []
  if (name === undefined || version === undefined || checksum === undefined) return undefined
  return { file, path, name, sequence: Number(sequence), version, checksum }
}

/** The uploads of one package, the newest first. */
export function uploadsOf(name: string, paths: readonly string[]): Upload[] {
  return paths
    .flatMap(path => parseUpload(path) ?? [])
    .filter(upload => upload.name === name)
    .sort((a, b) => b.sequence - a.sequence)
}

/** The name of the next upload. Characters that a URL or a file name cannot contain are replaced. */
export function nextUpload(
  name: string,
  version: string,
  sha256: string,
  history: readonly Upload[],
): string {
  const sequence = String((history[0]?.sequence ?? 0) + 1).padStart(4, '0')
  return `${name}@${sequence}-${version.replace(/[^A-Za-z0-9.+-]/g, '_')}-${sha256.slice(0, 8)}.zip`
}
