import { asJson } from './json.js'
import { printable } from './printable.js'
import { size, table } from './table.js'

/** A written package. */
export interface PackageSummary {
  name: string
  version: string
  /** Relative to the project, with `/`. */
  file: string
  bytes: number
  sha256: string
  entries: readonly { path: string; content: Uint8Array }[]
  /** The packages that are included as installed. */
  carried: readonly { name: string; version: string; bytes: number; why: string }[]
}

const sorted = ({ entries }: PackageSummary) => entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))

/**
 * The files with their sizes, with one line for each package, then the zip with its checksum, as `sha256sum` prints it.
 */
export function packageAsText(summary: PackageSummary): string {
  const files = sorted(summary)
    .filter(({ path }) => !path.startsWith('node_modules/'))
    .map(({ path, content }) => [path, size(content.length)])
  const packages = summary.carried.map(({ name, version, bytes, why }) => [
    `node_modules/${name} ${version}`,
    size(bytes),
    why,
  ])
  return `${table([...files, ...packages])}\n${printable(summary.file)}  ${size(summary.bytes)}\n${summary.sha256}  ${printable(summary.file)}\n`
}

export function packageAsJson(summary: PackageSummary): string {
  const { name, version, file, bytes, sha256, carried } = summary
  const files = sorted(summary).map(({ path, content }) => ({ path, bytes: content.length }))
  return asJson({ name, version, file, bytes, sha256, files, carried })
}
