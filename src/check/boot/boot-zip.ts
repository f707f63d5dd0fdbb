import { parseYaml } from '../../package/yaml.js'
import * as path from 'node:path'
import { kinds } from '../../plugin/kind.js'
import type { PackageContents } from '../../package/contents.js'
import type { PackageManifest } from '../../plugin/package-manifest.js'
import type { EngineManifest } from '../../ekuiper/engine-manifest.js'
import { at, type Problem } from '../../problem/problem.js'
import { unpack } from '../../package/unpack.js'
import type { NodeProgram } from '../../load/node-program.js'
import { LoadFolder } from '../../load/load-folder.js'
import { boot } from './boot.js'
import { type BootPlugin, makeFolders } from './boot-folder.js'

/** A package whose zip has no errors. */
export interface SoundPackage {
  file: string
  name: string
  manifest: EngineManifest
  /** Undefined if another tool made the package. */
  host: PackageManifest | undefined
  contents: PackageContents
}

// The folder of every engine's channels. Only a host of kplug accepts another folder.
const commonChannels = '/tmp'

/** Unpacks a package into an empty folder and boots it there. */
export async function bootZip(
  { file, name, manifest, host, contents }: SoundPackage,
  node: NodeProgram | undefined,
): Promise<Problem[]> {
  const loadFolder = new LoadFolder(node)
  try {
    const { folder, channels } = makeFolders(loadFolder.home, name)
    await unpack(file, folder)
    const found = await boot({
      folder,
      loadFolder,
      name,
      executable: manifest.executable,
      language: manifest.language,
      channels: host ? channels : commonChannels,
      plugins: pluginsOf(manifest, host, folder),
      defaults: await defaultsIn(manifest, contents),
    })
    return found.map(({ plugin, problem }) => {
      const entry = plugin?.file === undefined ? manifest.executable : path.relative(folder, plugin.file)
      return problem.file === undefined ? at(problem, { file: entry }) : problem
    })
  } finally {
    loadFolder.remove()
  }
}

function pluginsOf(
  { names }: EngineManifest,
  host: PackageManifest | undefined,
  folder: string,
): BootPlugin[] {
  return kinds.flatMap(kind =>
    names[kind].map(name => {
      const own = host?.plugins.find(plugin => plugin.kind === kind && plugin.name === name)
      return { kind, name, file: own && path.join(folder, 'lib', own.file) }
    }),
  )
}

async function defaultsIn({ names }: EngineManifest, { texts }: PackageContents) {
  const defaults = new Map<string, Record<string, unknown>>()
  for (const name of names.source) {
    const value = await parseYaml(texts.get(`sources/${name}.yaml`)?.toString() ?? '')
    // An earlier check has verified that each file holds an object under this key.
    defaults.set(name, (value as { default: Record<string, unknown> }).default)
  }
  return defaults
}
