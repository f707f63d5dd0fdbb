import { setTimeout } from 'node:timers/promises'
import type { Engine } from '../engine/engine.js'
import { defaultsOf, type SourceDefaults } from '../engine/configurations.js'
import { kplugOf } from '../engine/metadata.js'
import {
  type InstalledPackage,
  listPackages,
  listUploads,
  type PackageStatus,
  packageStatus,
  sourcesIn,
} from '../engine/portables.js'
import { isRunning, lacksPlugin, type RuleStatus, ruleStatus } from '../engine/rules.js'
import { readStored, type Stored } from '../engine/stored.js'
import { fileOf } from '../engine/uploads.js'
import { rulesUsing, type UsingRule } from '../engine/usage.js'
import { type EngineVersion, engineVersion } from '../engine/version.js'
import { sideBySide } from '../waiting/side-by-side.js'

/** A package and its status. */
interface PackageFacts extends InstalledPackage, PackageStatus {
  /** The file or URL that it was installed from; empty if the engine does not know it. */
  from: string
  /** The version of kplug that made it; undefined if its metadata does not contain it. */
  kplug: string | undefined
}

/** A rule that uses plugins of packages, or one that is stopped because a plugin is not installed. */
export interface RuleFacts extends UsingRule {
  /** Its counters, read twice at a short interval. */
  first: RuleStatus
  second: RuleStatus
}

/** The defaults of a source's properties. */
interface SourceFacts extends SourceDefaults {
  name: string
  /** Whether a user set defaults in the engine. */
  isSet: boolean
}

/** The facts of an engine. */
export interface EngineFacts {
  version: EngineVersion
  /** The version of this kplug. */
  kplug: string
  packages: PackageFacts[]
  rules: RuleFacts[]
  sources: SourceFacts[]
  /** The names of the uploaded files. */
  uploads: ReadonlySet<string>
}

const requestsAtATime = 8
const betweenLooks = 1500

/** Reads everything that the checks use. An eKuiper of version 1 provides only its version. */
export async function readEngineFacts(engine: Engine, kplug: string): Promise<EngineFacts> {
  const version = await engineVersion(engine)
  const facts: EngineFacts = { version, kplug, packages: [], rules: [], sources: [], uploads: new Set() }
  if (!version.isAtLeast('2.0.0')) return facts
  const installed = await listPackages(engine)
  const stored = await readStored(engine)
  return {
    ...facts,
    packages: await sideBySide(installed, requestsAtATime, one => packageFacts(engine, one, stored)),
    rules: await ruleFacts(engine, installed, stored),
    sources: await sideBySide(installed.flatMap(sourcesIn), requestsAtATime, name =>
      sourceFacts(engine, name, stored),
    ),
    uploads: new Set((await listUploads(engine)).map(fileOf)),
  }
}

const packageFacts = async (
  engine: Engine,
  installed: InstalledPackage,
  { installedFrom }: Stored,
): Promise<PackageFacts> => ({
  ...installed,
  ...(await packageStatus(engine, installed.name)),
  from: installedFrom.get(installed.name) ?? '',
  kplug: await kplugOf(engine, installed.plugins[0]),
})

async function ruleFacts(
  engine: Engine,
  installed: readonly InstalledPackage[],
  stored: Stored,
): Promise<RuleFacts[]> {
  const plugins = installed.flatMap(one => one.plugins)
  const using = rulesUsing(stored, plugins)
  const stopped = await rulesWithoutPlugin(engine, stored, using)
  const look = (): Promise<RuleStatus[]> =>
    sideBySide(using, requestsAtATime, ({ rule }) => ruleStatus(engine, rule.id))
  const first = await look()
  if (first.some(isRunning)) await setTimeout(betweenLooks)
  const second = first.some(isRunning) ? await look() : first
  const watched = using.flatMap((one, i) => {
    const [before, after] = [first[i], second[i]]
    return before && after ? [{ ...one, first: before, second: after }] : []
  })
  return [...watched, ...stopped]
}

/** After a package is removed, its rules use no plugin that the engine has. Only their message tells. */
async function rulesWithoutPlugin(
  engine: Engine,
  { rules }: Stored,
  using: readonly UsingRule[],
): Promise<RuleFacts[]> {
  const others = rules.filter(rule => using.every(one => one.rule.id !== rule.id))
  const facts = await sideBySide(others, requestsAtATime, async rule => {
    const status = await ruleStatus(engine, rule.id)
    return { rule, uses: [], first: status, second: status }
  })
  return facts.filter(({ second }) => lacksPlugin(second))
}

const sourceFacts = async (engine: Engine, name: string, { setDefaults }: Stored): Promise<SourceFacts> => ({
  name,
  ...(await defaultsOf(engine, name)),
  isSet: setDefaults.has(name),
})
