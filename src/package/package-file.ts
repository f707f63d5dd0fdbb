import type { EngineManifest } from '../ekuiper/engine-manifest.js'
import { folderProblems } from '../problem/folder-problems.js'
import type { Problem } from '../problem/problem.js'
import { readEngineManifest } from './check-manifest.js'
import { packageNameOf, readPackageManifest } from './identify-zip.js'
import { readZip, type Wanted } from './read-zip.js'

/** The description of a package. */
export interface DescribedPackage {
  name: string
  manifest: EngineManifest
  /** Its metadata, as JSON values by path in the package: `sources/mySource.json`. */
  metadata: ReadonlyMap<string, unknown>
}

/**
 * Reads only the description of a package from its zip. Resolves with a problem if an engine would refuse the package.
 */
export async function readPackageFile(file: string): Promise<DescribedPackage | { problem: Problem }> {
  const contents = await readZip(file, wantDescriptions)
  if ('problem' in contents) return contents
  const { host } = readPackageManifest(contents)
  const name = packageNameOf(file, host, contents)
  const { manifest, problems: found } = readEngineManifest(name, contents)
  if (manifest === undefined) return { problem: found[0] }
  const refusal = found.find(({ engine }) => engine !== undefined)
  if (refusal !== undefined) return { problem: refusal }
  const metadata = parseMetadata(contents.texts)
  return 'problem' in metadata ? metadata : { name, manifest, metadata }
}

const isMetadata = (entry: string): boolean => /^(?:sources|sinks|functions)\/[^/]+\.json$/.test(entry)

const wantDescriptions = (entry: string): Wanted =>
  isMetadata(entry) || /^[^/]+\.json$/.test(entry) ? 'whole' : 'nothing'

function parseMetadata(texts: ReadonlyMap<string, Buffer>): Map<string, unknown> | { problem: Problem } {
  const metadata = new Map<string, unknown>()
  for (const [file, text] of texts) {
    if (!isMetadata(file)) continue
    try {
      metadata.set(file, JSON.parse(text.toString()))
    } catch {
      return { problem: folderProblems.packageUnreadable(`"${file}" is not JSON`) }
    }
  }
  return metadata
}
