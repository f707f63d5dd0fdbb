import * as path from 'node:path'
import type { Delivery } from '../engine/deliver.js'
import { tryProperties } from '../load/try-properties.js'
import type { Package } from '../package/pack.js'
import { sha256Of } from '../package/sha256.js'
import { parseYaml } from '../package/yaml.js'
import { manifestFile, type PackageManifest } from '../plugin/package-manifest.js'
import { pluginsFolder, type Project } from '../project/project.js'
import type { WrittenPackage } from '../packing/make-package.js'

/** The parts of a package that affect an engine, read from the files of the package. */
export async function deliveryOf(
  project: Project,
  made: Package,
  written: WrittenPackage,
): Promise<Delivery> {
  const { name, version, entries } = made
  const files = new Map(entries.map(({ path: file, content }) => [file, content]))
  // kplug wrote this file itself, like the other files that are read here.
  const { plugins } = JSON.parse(String(files.get(manifestFile))) as PackageManifest
  const built = plugins.map(plugin => ({ ...plugin, file: path.join(pluginsFolder(project), plugin.file) }))
  return {
    name,
    version,
    plugins,
    aggregates: aggregatesIn(files),
    configurations: await configurationsIn(files),
    file: path.resolve(project.folder, written.file),
    sha256: sha256Of(written.bytes),
    engine: project.settings.engine,
    refusals: given => tryProperties(built, given),
  }
}

type Files = ReadonlyMap<string, Buffer>

/** The files in a folder of the package with this ending, by their names without it. */
const filesIn = (files: Files, folder: string, end: string): [name: string, content: string][] =>
  [...files]
    .filter(([file]) => path.posix.dirname(file) === folder && file.endsWith(end))
    .map(([file, content]) => [path.posix.basename(file, end), content.toString()])

const aggregatesIn = (files: Files): Map<string, boolean> =>
  new Map(
    filesIn(files, 'functions', '.json').flatMap(([name, content]) => {
      const { functions } = JSON.parse(content) as { functions: { aggregate?: boolean }[] }
      const aggregate = functions[0]?.aggregate
      return aggregate === undefined ? [] : [[name, aggregate] as const]
    }),
  )

async function configurationsIn(files: Files): Promise<Delivery['configurations']> {
  const texts = filesIn(files, 'sources', '.yaml')
  const parsed = await Promise.all(texts.map(([, content]) => parseYaml(content)))
  // kplug wrote them.
  return new Map(texts.map(([name], i) => [name, parsed[i] as Record<string, Record<string, unknown>>]))
}
