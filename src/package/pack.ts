import * as fs from 'node:fs'
import * as path from 'node:path'
import { isBuiltIn } from '../ekuiper/built-ins.js'
import { at, type Problem, problems } from '../problem/problem.js'
import { isRow, type Row } from '../data/row.js'
import { UsageError } from '../errors/usage-error.js'
import type { PackagedPlugin, PackageManifest } from '../plugin/package-manifest.js'
import type { CarriedPackage } from '../build/carried/carried-package.js'
import { abiOf, machine } from '../build/carried/platform.js'
import { carriedBy } from '../build/record.js'
import { assetEntries, carriedEntries, type CarriedSummary } from './carried-files.js'
import { inspectBuilt } from '../load/inspect.js'
import { kplugFolder } from '../project/installation.js'
import type { Described } from './metadata.js'
import { describingEntries, type Entry, pluginEntries } from './entries.js'
import { packageNameAdvice, packageNameFrom } from './package-name.js'
import { builtStem, type PluginSource } from '../project/plugin-sources.js'
import { pluginsFolder, type Project } from '../project/project.js'
import { standaloneEntries, supervisedEntries } from './standalone.js'

export interface Package {
  name: string
  version: string
  entries: Entry[]
  carried: CarriedSummary[]
}

// What every package has in its folder, or may have.
const folders = ['lib', 'sources', 'sinks', 'functions', 'node_modules']
const reserved = new Set([...folders, 'install.sh', 'kplug.json', 'host.cjs', 'node'])

/** How a package is made. */
export interface PackOptions {
  /** Its name in eKuiper, if not made of the project's. */
  name?: string | undefined
  /** A Node.js binary to carry along. */
  node?: Buffer | undefined
}

/** The name and version that a project is packed under, or why it cannot be. */
export function identify(project: Project, named: string | undefined): { name: string; version: string } {
  const name = named ?? packageNameFrom(project.name ?? '')
  const advice = packageNameAdvice(name)
  if (advice !== undefined) throw new UsageError(`${advice}: give one with "--name"`)
  if (reserved.has(name))
    throw new UsageError(
      `Package name "${name}" is taken by a folder of every package: give another with "--name"`,
    )
  if (project.version === undefined)
    throw new UsageError('Cannot pack without a version: give package.json one, such as "0.1.0"')
  return { name, version: project.version }
}

/** What eKuiper would install without a word, and then be confused by. */
export function clashes(sources: readonly PluginSource[]): Problem[] {
  return sources
    .filter(({ kind, name }) => isBuiltIn(kind, name))
    .map(({ kind, name, file }) => at(problems.nameBuiltIn(kind, name), { file }))
}

/** Makes a package of built plugins. Each is loaded once, in a process of its own, to learn its properties. */
export async function makePackage(
  project: Project,
  sources: readonly PluginSource[],
  { name: named, node }: PackOptions,
): Promise<{ made: Package | undefined; problems: Problem[] }> {
  const identity = identify(project, named)
  const { described, problems: found } = await describe(project, sources)
  if (found.length > 0) return { made: undefined, problems: found }
  const contents = packageContents(project, {
    identity,
    sources,
    described,
    node,
    built: pluginsFolder(project),
    packages: sources.flatMap(source => carriedBy(project, source)),
  })
  return { made: { ...identity, ...contents }, problems: [] }
}

/** What a package is made of. */
export interface Ingredients {
  identity: { name: string; version: string }
  sources: readonly PluginSource[]
  described: Described[]
  node?: Buffer | undefined
  /** The folder with the built plugins. */
  built: string
  /** What they cannot do without. */
  packages: readonly CarriedPackage[]
}

/** The files of a package, and the packages among them. */
export function packageContents(
  project: Project,
  { identity, sources, described, node, built, packages }: Ingredients,
): { entries: Entry[]; carried: CarriedSummary[] } {
  const manifest = manifestOf(project, sources, identity)
  const { entries: modules, carried } = carriedEntries(project, packages)
  const assets = assetEntries(project)
  const entries: Entry[] = [
    ...executables(project, identity.name, node),
    { path: 'install.sh', content: preflight(), executable: true },
    { path: 'lib/state.cjs', content: hostFile('state.cjs') },
    ...describingEntries({ manifest, settings: project.settings, described }),
    ...pluginEntries(built, manifest.plugins),
    ...modules,
    ...assets,
    ...nativePlatform([...modules, ...assets]),
    ...(manifest.state?.startsWith('redis')
      ? [{ path: 'lib/ioredis.cjs', content: hostFile('ioredis.cjs') }]
      : []),
  ]
  refuseDoubles(entries)
  return { entries, carried }
}

const preflight = (): Buffer => fs.readFileSync(path.join(kplugFolder, 'templates', 'package', 'install.sh'))

/**
 * Where a package takes native addons along, the kind of machine that they were compiled for: this one's. The ABI of
 * Node follows where one of them depends on it.
 */
function nativePlatform(carried: readonly Entry[]): Entry[] {
  const addons = carried.filter(entry => entry.path.endsWith('.node'))
  if (addons.length === 0) return []
  const abi = addons.map(({ content }) => abiOf(content)).find(one => one !== undefined)
  const files = [{ path: 'lib/native-platform', content: Buffer.from(`${machine()}\n`) }]
  return abi === undefined ? files : [...files, { path: 'lib/native-abi', content: Buffer.from(`${abi}\n`) }]
}

/** A shell that starts another host when one dies, or where that is not wanted, the host itself. */
function executables({ settings }: Project, name: string, node: Buffer | undefined): Entry[] {
  const host = hostFile('host.cjs')
  if (settings.supervise !== false) return supervisedEntries(name, hostFile('supervise.sh'), host, node)
  return node ? standaloneEntries(name, host, node) : [{ path: name, content: host, executable: true }]
}

const hostFile = (name: string): Buffer => fs.readFileSync(path.join(kplugFolder, 'dist', name))

async function describe(project: Project, sources: readonly PluginSource[]) {
  const requests = sources.map(source => ({
    ...source,
    file: path.join(pluginsFolder(project), `${builtStem(source)}.js`),
  }))
  const inspected = await inspectBuilt(requests)
  const found: Problem[] = []
  const described: Described[] = []
  for (const [i, source] of sources.entries()) {
    const { failure, about, config, configurations, aggregate } = inspected[i] ?? {}
    if (failure === undefined)
      described.push({
        plugin: source,
        about,
        config,
        configurations: presetsFrom(configurations),
        aggregate,
      })
    else found.push(at(problems.loadFailed(failure), { file: source.file }))
  }
  return { described, problems: found }
}

/** Named configurations as far as they are objects; the checks name those that are not. */
const presetsFrom = (value: unknown): Record<string, Row> =>
  Object.fromEntries(
    Object.entries(isRow(value) ? value : {}).filter((entry): entry is [string, Row] => isRow(entry[1])),
  )

function manifestOf(
  { settings }: Project,
  sources: readonly PluginSource[],
  { name, version }: { name: string; version: string },
): PackageManifest {
  const { state, checkpoint, logLevel, deadline } = settings
  return {
    name,
    version,
    plugins: sources.map(packaged),
    ...(state === undefined ? {} : { state }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(logLevel === undefined ? {} : { logLevel }),
    ...(deadline === undefined ? {} : { deadline }),
  }
}

const packaged = (source: PluginSource): PackagedPlugin => ({
  kind: source.kind,
  name: source.name,
  symbol: source.symbol,
  version: source.version ?? null,
  file: `${builtStem(source)}.js`,
})

function refuseDoubles(entries: readonly Entry[]): void {
  const seen = new Set<string>()
  for (const { path: file } of entries) {
    if (seen.has(file)) throw new UsageError(`Two files of the package would be "${file}": rename the asset`)
    seen.add(file)
  }
}
