import { checksumsFile, decodeChecksums } from '../../package/checksums.js'
import { filesOf, type PackageContents } from '../../package/contents.js'
import { packageProblems } from '../../problem/package-problems.js'
import { at, type Problem } from '../../problem/problem.js'

/** Finds the files that were changed, added or removed since the package was packed. */
export function checkChecksums(contents: PackageContents): Problem[] {
  const { texts, sums, damaged } = contents
  const list = texts.get(checksumsFile)?.toString()
  if (list === undefined) return []
  const listed = decodeChecksums(list)
  const names = new Set(filesOf(contents).map(({ name }) => name))
  names.delete(checksumsFile)
  const found = [...names]
    .filter(name => !damaged.has(name) && sums.get(name) !== listed.get(name))
    .map(name => at(packageProblems.changed(name, listed.has(name) ? 'changed' : 'added'), { file: name }))
  const removed = [...listed.keys()].filter(name => !names.has(name))
  return [...found, ...removed.map(name => packageProblems.changed(name, 'removed'))]
}
