import { messageOf } from '../errors/reason.js'
import * as path from 'node:path'
import { decodePackageManifest, manifestFile, type PackageManifest } from '../plugin/package-manifest.js'
import { packageProblems } from '../problem/package-problems.js'
import { at, type Problem } from '../problem/problem.js'
import { isFolder, type PackageContents } from './contents.js'
import { packageNameAdvice } from './package-name.js'

// JSON files at the root of a package that are not the manifest of the engine.
const otherFiles = new Set([manifestFile, 'package.json', 'package-lock.json', 'tsconfig.json'])

/** What `kplug pack` wrote into a package for its host; undefined if kplug did not make it. */
export function readPackageManifest({ texts }: PackageContents): {
  host: PackageManifest | undefined
  problems: Problem[]
} {
  const text = texts.get(manifestFile)?.toString()
  // A package that kplug did not make may have any file of this name.
  if (text === undefined || !text.includes('"plugins"')) return { host: undefined, problems: [] }
  try {
    return { host: decodePackageManifest(text), problems: [] }
  } catch (error) {
    const reason = messageOf(error)
    const problem = packageProblems.manifestInvalid(manifestFile, reason)
    return { host: undefined, problems: [at(problem, { file: manifestFile })] }
  }
}

/** The name that a package was made for: what kplug wrote, else the only manifest at its root, else its file name. */
export function packageNameOf(
  file: string,
  host: PackageManifest | undefined,
  { entries }: PackageContents,
): string {
  if (host !== undefined) return host.name
  const names = entries
    .filter(entry => !isFolder(entry) && /^[^/]+\.json$/.test(entry.name) && !otherFiles.has(entry.name))
    .map(({ name }) => name.slice(0, -'.json'.length))
    .filter(name => packageNameAdvice(name) === undefined)
  const [only, ...others] = names
  if (only !== undefined && others.length === 0) return only
  return path.basename(file, '.zip').replace(/-v?\d[^-]*$/, '')
}
