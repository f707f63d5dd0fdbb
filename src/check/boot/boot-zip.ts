import { parseYaml } from '../../package/yaml.js'
import * as path from 'node:path'
import { findPlugin } from '../../plugin/plugin-id.js'
import type { PackageContents } from '../../package/contents.js'
import type { PackageManifest } from '../../plugin/package-manifest.js'
import { type EngineManifest, pluginsIn } from '../../ekuiper/engine-manifest.js'
import type { Problem } from '../../problem/problem.js'
import { unpack } from '../../package/unpack.js'
import { LoadFolder } from '../../load/load-folder.js'
import type { Row } from '../../data/row.js'
import type { CheckSettings } from '../../project/project.js'
import type { CheckOptions } from '../project.js'
import { boot } from './boot.js'
import { type BootPlugin, givenTo, makeFolders, refuseUnknown } from './boot-folder.js'

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
  { given, node, signal }: CheckOptions,
): Promise<Problem[]> {
  refuseUnknown(
    given,
    pluginsIn(manifest).map(plugin => plugin.name),
  )
  const loadFolder = new LoadFolder(node, signal)
  try {
    const { folder, channels } = makeFolders(loadFolder.home, name)
    await unpack(file, folder)
    return await boot({
      folder,
      loadFolder,
      name,
      executable: manifest.executable,
      language: manifest.language,
      channels: host ? channels : commonChannels,
      plugins: pluginsOf(manifest, host, folder, given, await defaultsIn(manifest, contents)),
      location: { file: manifest.executable },
    })
  } finally {
    loadFolder.remove()
  }
}

function pluginsOf(
  manifest: EngineManifest,
  host: PackageManifest | undefined,
  folder: string,
  given: CheckSettings | undefined,
  defaults: ReadonlyMap<string, Row>,
): BootPlugin[] {
  return pluginsIn(manifest).map(({ kind, name }) => {
    const own = findPlugin(host?.plugins ?? [], { kind, name })
    const file = own && path.join('lib', own.file)
    return {
      kind,
      name,
      file: file && path.join(folder, file),
      location: { file: file ?? manifest.executable },
      ...givenTo(name, (kind === 'source' && defaults.get(name)) || {}, given),
    }
  })
}

async function defaultsIn({ names }: EngineManifest, { texts }: PackageContents) {
  const defaults = new Map<string, Row>()
  for (const name of names.source) {
    const value = await parseYaml(texts.get(`sources/${name}.yaml`)?.toString() ?? '')
    // An earlier check has verified that each file holds an object under this key.
    defaults.set(name, (value as { default: Row }).default)
  }
  return defaults
}
