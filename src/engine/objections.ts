import { builtInSince } from '../ekuiper/built-ins.js'
import { capital, quoted } from '../errors/words.js'
import type { EngineVersion } from './version.js'
import type { Kind } from '../plugin/kind.js'
import { findPlugin, type PluginId } from '../plugin/plugin-id.js'
import type { Situation } from './situation.js'
import type { UsingRule } from './usage.js'

/** Why a package should not be installed in an engine. */
export interface Objection {
  sentence: string
  /** Whether `--force` overrides it. A change that would crash the engine cannot be overridden. */
  yields: boolean
}

/** The parts of a package that affect what runs in an engine. */
export interface Arrival {
  name: string
  plugins: readonly PluginId[]
  /** Whether each function is an aggregate function, by name. */
  aggregates: ReadonlyMap<string, boolean>
}

function isBuiltInto(version: EngineVersion, { kind, name }: PluginId): boolean {
  const since = builtInSince(kind, name)
  return since !== undefined && version.isAtLeast(since)
}

const idsUsing = (running: readonly UsingRule[], plugin: PluginId): string[] =>
  running.filter(({ uses }) => findPlugin(uses, plugin)).map(({ rule }) => rule.id)

/** `rule "a"`, `rules "a", "b"`. */
export const rulesNamed = (ids: readonly string[]): string =>
  `${ids.length === 1 ? 'rule' : 'rules'} ${quoted(ids)}`

/** Symbols in two packages. The engine installs both without an error. */
export function* clashesWith(
  { name, plugins }: Arrival,
  { packages, version }: Situation,
): Iterable<Objection> {
  for (const plugin of plugins) {
    const symbol = `The ${plugin.kind} "${plugin.name}"`
    for (const other of packages) {
      if (other.name === name || !findPlugin(other.plugins, plugin)) continue
      yield {
        sentence: `${symbol} is also in the installed package "${other.name}", and the engine would use either; rename one of them`,
        yields: true,
      }
    }
    if (isBuiltInto(version, plugin))
      yield { sentence: `${symbol} is built into eKuiper; rename yours`, yields: true }
  }
}

/** Plugins that running rules use and that the new version does not contain. */
export function* dropsOf(
  { name, plugins }: Arrival,
  { installed, version }: Situation,
  running: readonly UsingRule[],
): Iterable<Objection> {
  for (const old of installed?.plugins ?? []) {
    const rules = idsUsing(running, old)
    if (findPlugin(plugins, old) || rules.length === 0) continue
    const ends = old.kind !== 'function' && version.diesOfRefusedStarts
    yield {
      sentence: `${capital(rulesNamed(rules))} ${use(rules)} the ${old.kind} "${old.name}", which this version of "${name}" does not have${deadly(ends, version.text)}; ${remedy(rules)}`,
      yields: !ends,
    }
  }
}

/** A package that was not started before it reaches an engine that dies if one of its plugins refuses a start. */
export function* unbootedOn({ version }: Situation, running: readonly UsingRule[]): Iterable<Objection> {
  const using = running.filter(({ uses }) => uses.some(({ kind }) => kind !== 'function'))
  if (using.length === 0 || !version.diesOfRefusedStarts) return
  const rules = using.map(({ rule }) => rule.id)
  yield {
    sentence: `The package was not started here, and ${rulesNamed(rules)} ${use(rules)} its sources or sinks${deadly(true, version.text)}; leave out "--no-boot-check", or ${remedy(rules)}`,
    yields: false,
  }
}

/** Properties of running rules that the new version's `config` refuses. */
export const refusalOf = (
  { kind, name, rule, reason }: { kind: Kind; name: string; rule: string; reason: string },
  { version }: Situation,
): Objection => ({
  sentence: `Rule "${rule}" gives the ${kind} "${name}" properties that this version refuses (${reason})${deadly(version.diesOfRefusedStarts, version.text)}; ${remedy([rule])}`,
  yields: !version.diesOfRefusedStarts,
})

/** The engine asks only once whether a function is an aggregate function. */
export function* changedAggregates(
  { aggregates }: Arrival,
  known: ReadonlyMap<string, boolean>,
): Iterable<Objection> {
  for (const [name, aggregate] of aggregates) {
    if ((known.get(name) ?? aggregate) === aggregate) continue
    yield {
      sentence: `The function "${name}" ${aggregate ? 'becomes' : 'is no longer'} an aggregate function, and the engine learns that only when it restarts; give the function another name, or restart the engine after the push`,
      yields: true,
    }
  }
}

/** An installed version that cannot be restored if the new one fails. */
export function* noWayBack({ installed, current }: Situation): Iterable<Objection> {
  if (installed === undefined || current !== undefined) return
  yield {
    sentence: `kplug did not deploy version ${installed.version}, so it cannot roll back to it`,
    yields: true,
  }
}

const use = (rules: readonly string[]): string => (rules.length === 1 ? 'uses' : 'use')

const deadly = (ends: boolean, version: string): string =>
  ends ? `; the update would end eKuiper ${version}, which panics when a plugin refuses a start` : ''

const remedy = (rules: readonly string[]): string => `stop or change ${rulesNamed(rules)} first`
