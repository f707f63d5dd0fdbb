import { size, table } from './table.js'

/** A package as it was written. */
export interface PackageSummary {
  name: string
  version: string
  /** Relative to the project, with `/`. */
  file: string
  bytes: number
  sha256: string
  entries: readonly { path: string; content: Uint8Array }[]
}

const sorted = ({ entries }: PackageSummary) => entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))

/** Its files with their sizes, then the zip with its checksum, as `sha256sum` prints it. */
export function packageAsText(summary: PackageSummary): string {
  const files = sorted(summary).map(({ path, content }) => [path, size(content.length)])
  return `${table(files)}\n${summary.file}  ${size(summary.bytes)}\n${summary.sha256}  ${summary.file}\n`
}

export function packageAsJson(summary: PackageSummary): string {
  const { name, version, file, bytes, sha256 } = summary
  const files = sorted(summary).map(({ path, content }) => ({ path, bytes: content.length }))
  return `${JSON.stringify({ name, version, file, bytes, sha256, files }, undefined, 2)}\n`
}
