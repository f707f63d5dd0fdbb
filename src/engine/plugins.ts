import { type Kind, kinds } from '../plugin/kind.js'
import type { Engine } from './engine.js'
import { type InstalledPackage, listPackages, packageStatus } from './portables.js'

/** A plugin of a package that an engine has installed. */
export interface RemotePlugin {
  kind: Kind
  name: string
  package: string
  /** The package's version. */
  version: string
  /** The state of the package's process: `running`, `initializing`, `error`, `stop`. */
  state: string
  /** The rules that use the package. */
  rules: string[]
}

const namesIn = (installed: InstalledPackage): Record<Kind, string[]> => ({
  source: installed.sources,
  sink: installed.sinks,
  function: installed.functions,
})

/** The plugins of all packages of an engine, by kind and name. */
export async function listRemotePlugins(engine: Engine): Promise<RemotePlugin[]> {
  const packages = await listPackages(engine)
  const perPackage = await Promise.all(packages.map(installed => pluginsOf(engine, installed)))
  return perPackage
    .flat()
    .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.name < b.name ? -1 : 1))
}

async function pluginsOf(engine: Engine, installed: InstalledPackage): Promise<RemotePlugin[]> {
  const { status, rules } = await packageStatus(engine, installed.name)
  const common = {
    package: installed.name,
    version: installed.version,
    state: status,
    rules: Object.keys(rules),
  }
  const names = namesIn(installed)
  return kinds.flatMap(kind => names[kind].map(name => Object.assign({ kind, name }, common)))
}
