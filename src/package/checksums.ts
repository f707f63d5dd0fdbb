import type { PackageEntry } from './entries.js'
import { sha256Of } from './sha256.js'

/** Lists the SHA-256 of all other files of a package, in the format of `sha256sum`. */
export const checksumsFile = 'SHA256SUMS'

/** The same files, with the list of their checksums. */
export function withChecksums(entries: readonly PackageEntry[]): PackageEntry[] {
  const listed = entries.filter(({ path }) => path !== checksumsFile)
  const lines = listed
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, content }) => lineFor(path, sha256Of(content)))
  return [...listed, { path: checksumsFile, content: Buffer.from(lines.join('')) }]
}

/** `sha256sum` marks a line whose path is escaped. */
function lineFor(path: string, sum: string): string {
  const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
  return `${escaped === path ? '' : '\\'}${sum}  ${escaped}\n`
}

const escapes: Record<string, string> = { '\\n': '\n', '\\r': '\r', '\\\\': '\\' }

/** The checksums in a list by path. Lines of another form are skipped. */
export function decodeChecksums(text: string): Map<string, string> {
  const lines = [...text.matchAll(/^(\\?)([0-9a-f]{64}) [ *](.+)$/gm)]
  return new Map(
    lines.map(([, mark, sum = '', path = '']) => [
      mark === '' ? path : path.replace(/\\[nr\\]/g, escape => escapes[escape] ?? escape),
      sum,
    ]),
  )
}
