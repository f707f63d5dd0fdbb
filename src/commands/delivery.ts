import * as path from 'node:path'
import type { Delivery } from '../engine/deliver.js'
import { tryProperties } from '../load/try-properties.js'
import { sourceConfigurations } from '../package/metadata.js'
import type { Package } from '../package/pack.js'
import { sha256Of } from '../package/sha256.js'
import { pluginsFolder, type Project } from '../project/project.js'
import type { WrittenPackage } from '../packing/make-package.js'

/** The parts of a package that affect an engine. */
export function deliveryOf(project: Project, made: Package, written: WrittenPackage): Delivery {
  const { name, version, plugins, described } = made
  const built = plugins.map(plugin => ({ ...plugin, file: path.join(pluginsFolder(project), plugin.file) }))
  const sources = described.filter(({ plugin }) => plugin.kind === 'source')
  return {
    name,
    version,
    plugins,
    aggregates: new Map(
      described.flatMap(({ plugin, aggregate }) =>
        aggregate === undefined ? [] : [[plugin.name, aggregate]],
      ),
    ),
    configurations: new Map(sources.map(source => [source.plugin.name, sourceConfigurations(source)])),
    file: path.resolve(project.folder, written.file),
    sha256: sha256Of(written.bytes),
    engine: project.settings.engine,
    refusals: given => tryProperties(built, given),
  }
}
