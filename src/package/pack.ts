import * as fs from 'node:fs'
import * as path from 'node:path'
import { at, type Problem } from '../problem/problem.js'
import { checkName } from './check-name.js'
import { UsageError } from '../errors/usage-error.js'
import type { PackagedPlugin, PackageManifest } from '../plugin/package-manifest.js'
import type { BuiltFile } from '../build/built-file.js'
import { Builds } from '../build/record.js'
import { assetEntries, carriedEntries, type CarriedSummary } from './carried-files.js'
import { kplugFolder, kplugVersion } from '../project/installation.js'
import type { Described } from './metadata.js'
import { describingEntries, type PackageEntry, inFolder, pluginEntries } from './entries.js'
import { licenseEntries } from './licenses.js'
import { demandEntries, demandsOf } from './native.js'
import { bundledInOwn } from './notices.js'
import { installedPackages } from './npm-package.js'
import { bomEntry } from './bom.js'
import { withChecksums } from './checksums.js'
import type { Identity } from './identity.js'
import type { PluginSource } from '../project/plugin-sources.js'
import type { Project, Settings } from '../project/project.js'
import { executableEntries, hostFile } from './executable.js'
import type { ChooseRuntime } from './standalone.js'

/** A package before it is written. */
export interface Package {
  name: string
  version: string
  entries: PackageEntry[]
  carried: CarriedSummary[]
  plugins: readonly PackagedPlugin[]
  described: readonly Described[]
}

/** What eKuiper would install without an error and then confuse. */
export function clashes(sources: readonly PluginSource[]): Problem[] {
  return sources.flatMap(({ kind, name, file }) =>
    checkName(kind, name).map(problem => at(problem, { file })),
  )
}

/** A plugin to pack: its built file and its description. */
export interface PluginToPack extends Omit<Described, 'plugin'> {
  built: BuiltFile
}

/** What a package is made of. */
export interface Ingredients {
  identity: Identity
  plugins: readonly PluginToPack[]
  /** Finds a runtime to include. */
  runtime?: ChooseRuntime | undefined
}

/** The files of a package, and the carried packages among them. */
export function packageContents(
  project: Project,
  { identity, plugins, runtime }: Ingredients,
): Omit<Package, keyof Identity> {
  const manifest = manifestOf(project, plugins, identity)
  const described = plugins.map(plugin => ({ ...plugin, plugin: plugin.built.source }))
  const packages = plugins.flatMap(({ built }) => built.carried)
  const { entries: modules, carried, parts } = carriedEntries(project, packages)
  const assets = assetEntries(project)
  const demands = demandsOf([...modules, ...assets])
  const builds = new Builds(project)
  const withRedis = manifest.state?.startsWith('redis') === true
  const bundled = [
    ...plugins.flatMap(({ built }) => bundledParts(builds, built)),
    ...(withRedis ? bundledInOwn('ioredis.cjs').map(one => ({ ...one, place: 'lib/ioredis.cjs' })) : []),
  ]
  const program = runtime?.(demands)
  const entries: PackageEntry[] = [
    ...executableEntries(identity.name, project.settings.supervise !== false, program),
    { path: 'install.sh', content: preflight(), executable: true },
    { path: 'lib/host-process.cjs', content: hostFile('host-process.cjs') },
    { path: 'lib/state.cjs', content: hostFile('state.cjs') },
    ...describingEntries({ manifest, settings: project.settings, described }),
    ...plugins.flatMap(({ built }) => pluginEntries(built)),
    ...inFolder('lib/licenses', licenseEntries(bundled)),
    ...modules,
    ...assets,
    ...demandEntries(demands),
    ...(withRedis ? [{ path: 'lib/ioredis.cjs', content: hostFile('ioredis.cjs') }] : []),
  ]
  const own = entries.some(entry => entry.path === 'host.cjs') ? 'host.cjs' : identity.name
  const kplug = installedPackages([kplugFolder]).map(one => ({ ...one, place: own }))
  const bom = bomEntry({ identity, parts: [...kplug, ...bundled, ...parts], program })
  refuseDoubles([...entries, bom])
  return { entries: withChecksums([...entries, bom]), carried, plugins: manifest.plugins, described }
}

const bundledParts = (builds: Builds, { source, file }: BuiltFile) =>
  installedPackages(builds.bundledIn(source)).map(one => ({ ...one, place: `lib/${file}` }))

const preflight = (): Buffer => fs.readFileSync(path.join(kplugFolder, 'templates', 'package', 'install.sh'))

function manifestOf(
  { settings }: Project,
  plugins: readonly PluginToPack[],
  identity: Identity,
): PackageManifest {
  const { engine, state, checkpoint, logLevel, deadline, deadLetters } = settings
  return {
    ...identity,
    kplug: kplugVersion(),
    plugins: plugins.map(packaged),
    engine,
    state,
    checkpoint,
    logLevel,
    deadline,
    deadLetters: megabytesOf(deadLetters),
  }
}

/** The space for rows that sinks refuse. */
function megabytesOf(deadLetters: Settings['deadLetters']): number | undefined {
  if (deadLetters === true) return 16
  return deadLetters === false ? undefined : deadLetters
}

const packaged = ({ built: { source, file } }: PluginToPack): PackagedPlugin => ({
  kind: source.kind,
  name: source.name,
  symbol: source.symbol,
  version: source.version ?? null,
  file,
})

function refuseDoubles(entries: readonly PackageEntry[]): void {
  const seen = new Set<string>()
  for (const { path: file } of entries) {
    if (seen.has(file))
      throw new UsageError(`Two files of the package have the path "${file}": rename the asset`)
    seen.add(file)
  }
}
