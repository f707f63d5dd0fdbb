import { messageOf } from '../errors/reason.js'
import * as path from 'node:path'
import { decodePackageManifest, manifestFile, type PackageManifest } from '../plugin/package-manifest.js'
import { packageProblems } from '../problem/package-problems.js'
import { at, type Problem } from '../problem/problem.js'
import { filesOf, type PackageContents } from './contents.js'
import { isPackageName } from './package-name.js'

// JSON files at the root of a package other than the engine's manifest.
const otherFiles = new Set([manifestFile, 'package.json', 'package-lock.json', 'tsconfig.json'])

/** The `kplug.json` that `kplug pack` wrote for the host; undefined if kplug did not make the package. */
export function readPackageManifest({ texts }: PackageContents): {
  host: PackageManifest | undefined
  problems: Problem[]
} {
  const text = texts.get(manifestFile)?.toString()
  // A package from another tool may contain a file of this name.
  if (text === undefined || !text.includes('"plugins"')) return { host: undefined, problems: [] }
  try {
    return { host: decodePackageManifest(text), problems: [] }
  } catch (error) {
    const reason = messageOf(error)
    const problem = packageProblems.manifestInvalid(manifestFile, reason)
    return { host: undefined, problems: [at(problem, { file: manifestFile })] }
  }
}

/**
 * The name that a package was made for: the name in `kplug.json`, else the only manifest at its root, else its file
 * name.
 */
export function packageNameOf(
  file: string,
  host: PackageManifest | undefined,
  contents: PackageContents,
): string {
  if (host !== undefined) return host.name
  const names = filesOf(contents)
    .filter(({ name }) => /^[^/]+\.json$/.test(name) && !otherFiles.has(name))
    .map(({ name }) => name.slice(0, -'.json'.length))
    .filter(isPackageName)
  const [only, ...others] = names
  if (only !== undefined && others.length === 0) return only
  return path.basename(file, '.zip').replace(/-v?\d[^-]*$/, '')
}
