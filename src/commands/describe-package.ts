import * as path from 'node:path'
import { UsageError } from '../errors/usage-error.js'
import type { Io } from '../io.js'
import { readEngineRoot } from '../package/engine-root.js'
import { type DescribedPackage, formIn, readPackageFile } from '../package/package-file.js'
import type { PluginId } from '../plugin/plugin-id.js'
import { clauseOf } from '../problem/problem.js'
import { shownPath } from '../report/path.js'
import { type Described, missing } from './described.js'

/** A plugin of a zip. */
export async function describePackage(
  io: Io,
  file: string,
  wanted: PluginId,
): Promise<Described | undefined> {
  const read = await readPackageFile(path.resolve(io.cwd(), file))
  if ('problem' in read) throw new UsageError(`Cannot read ${file}: ${clauseOf(read.problem)}`)
  return packaged(io, [read], wanted, file)
}

/** A plugin of an engine's folder. */
export const describeEngineRoot = (io: Io, folder: string, wanted: PluginId): Described | undefined =>
  packaged(io, readEngineRoot(folder), wanted, shownPath(io.cwd(), folder))

function packaged(
  io: Io,
  packages: readonly DescribedPackage[],
  wanted: PluginId,
  place: string,
): Described | undefined {
  const { kind, name } = wanted
  const own = packages.find(({ manifest }) => manifest.names[kind].includes(name))
  if (own === undefined) {
    const names = packages.flatMap(({ manifest }) => manifest.names[kind]).map(other => ({ name: other }))
    return missing(io, wanted, names, place)
  }
  const { version } = own.manifest
  return {
    kind,
    name,
    rows: [
      ['type', kind],
      ['name', name],
      ['version', version],
      ['package', own.name],
    ],
    json: { type: kind, name, version, package: own.name },
    form: formIn(own, wanted),
  }
}
