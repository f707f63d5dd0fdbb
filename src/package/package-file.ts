import type { EngineManifest } from '../ekuiper/engine-manifest.js'
import { readForm } from '../ekuiper/form.js'
import type { Form } from '../plugin/form.js'
import { folderOf } from '../plugin/kind.js'
import type { PluginId } from '../plugin/plugin-id.js'
import { folderProblems } from '../problem/folder-problems.js'
import type { Problem } from '../problem/problem.js'
import { readEngineManifest } from './check-manifest.js'
import { packageNameOf, readPackageManifest } from './identify-zip.js'
import { parseYaml } from './yaml.js'
import { readZip, type Wanted } from './read-zip.js'

/** The description of a package. */
export interface DescribedPackage {
  name: string
  manifest: EngineManifest
  /** Its metadata, as values by path in the package: `sources/mySource.json`, `sources/mySource.yaml`. */
  metadata: ReadonlyMap<string, unknown>
}

/** The form of a plugin of a package. */
export function formIn({ metadata }: DescribedPackage, { kind, name }: PluginId): Form {
  const file = `${folderOf(kind)}/${name}`
  return readForm(kind, name, metadata.get(`${file}.json`), metadata.get(`${file}.yaml`))
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
  const metadata = await parseMetadata(contents.texts)
  return 'problem' in metadata ? metadata : { name, manifest, metadata }
}

const isMetadata = (entry: string): boolean =>
  /^(?:(?:sources|sinks|functions)\/[^/]+\.json|sources\/[^/]+\.yaml)$/.test(entry)

const wantDescriptions = (entry: string): Wanted =>
  isMetadata(entry) || /^[^/]+\.json$/.test(entry) ? 'whole' : 'nothing'

async function parseMetadata(
  texts: ReadonlyMap<string, Buffer>,
): Promise<Map<string, unknown> | { problem: Problem }> {
  const metadata = new Map<string, unknown>()
  for (const [file, text] of texts) {
    if (!isMetadata(file)) continue
    try {
      metadata.set(file, await parse(file, text.toString()))
    } catch {
      const format = file.endsWith('.json') ? 'JSON' : 'YAML'
      return { problem: folderProblems.packageUnreadable(`"${file}" is not ${format}`) }
    }
  }
  return metadata
}

const parse = (file: string, text: string): unknown =>
  file.endsWith('.json') ? JSON.parse(text) : parseYaml(text)
