import { isDeepStrictEqual } from 'node:util'
import type { Engine } from './engine.js'
import { configurationsOf, formDefaults } from './metadata.js'

type Properties = Record<string, unknown>

/** The defaults of a source's properties. */
export interface SourceDefaults {
  /** The default properties that the engine passes to rules. */
  stored: Properties
  /** The defaults of the installed version, as far as its form shows them. */
  packaged: ReadonlyMap<string, unknown>
}

export async function defaultsOf(engine: Engine, source: string): Promise<SourceDefaults> {
  const { default: stored = {} } = await configurationsOf(engine, 'source', source)
  return { stored, packaged: await formDefaults(engine, source) }
}

/** The defaults of sources before an update. */
export async function knownDefaults(
  engine: Engine,
  sources: Iterable<string>,
): Promise<Map<string, SourceDefaults>> {
  const known = new Map<string, SourceDefaults>()
  for (const source of sources) known.set(source, await defaultsOf(engine, source))
  return known
}

/**
 * Updates the defaults of an earlier version, whose package is only on the engine's disk, as far as its forms show
 * them.
 */
export async function renewFromForms(
  engine: Engine,
  sources: readonly string[],
  known: ReadonlyMap<string, SourceDefaults>,
): Promise<void> {
  const wanted = new Map<string, Record<string, Properties>>()
  for (const source of sources) {
    const shown = [...(await formDefaults(engine, source))].filter(([, value]) => isShown(value))
    wanted.set(source, { default: { ...known.get(source)?.stored, ...Object.fromEntries(shown) } })
  }
  await renewConfigurations(engine, wanted, known)
}

/** A form shows an empty text for a list, and a form of its fields for an object. */
export const isShown = (value: unknown): boolean =>
  value !== undefined && value !== '' && typeof value !== 'object'

/**
 * The default properties that an engine should have after an update. Defaults that a user changed in the engine are
 * kept and reported.
 */
function renewedDefaults(
  { stored, packaged }: SourceDefaults,
  wanted: Properties,
): { defaults: Properties; kept: string[] } {
  const own = Object.entries(stored).filter(([key, value]) => {
    const before = packaged.get(key)
    return isShown(before) && before !== value && !isDeepStrictEqual(value, wanted[key])
  })
  return { defaults: { ...wanted, ...Object.fromEntries(own) }, kept: own.map(([key]) => key) }
}

/**
 * Stores the configurations of a package in the engine. Without this, the engine keeps the configurations of the first
 * version that was installed. Resolves with sentences about what was not changed.
 */
export async function renewConfigurations(
  engine: Engine,
  wanted: ReadonlyMap<string, Record<string, Properties>>,
  known: ReadonlyMap<string, SourceDefaults>,
): Promise<string[]> {
  const said: string[] = []
  for (const [source, configurations] of wanted) {
    const before = known.get(source) ?? { stored: {}, packaged: new Map<string, unknown>() }
    const { defaults, kept } = renewedDefaults(before, configurations['default'] ?? {})
    await store(engine, source, { ...configurations, default: defaults })
    said.push(...kept.map(key => keptSentence(source, key, defaults[key], configurations['default']?.[key])))
  }
  return said
}

const keptSentence = (source: string, key: string, there: unknown, packaged: unknown): string =>
  `the default of "${key}" of the source "${source}" stays ${JSON.stringify(there)}, because it was changed in the engine; the package has ${JSON.stringify(packaged ?? null)}`

async function store(
  engine: Engine,
  source: string,
  configurations: Record<string, Properties>,
): Promise<void> {
  const there = await configurationsOf(engine, 'source', source)
  for (const [key, properties] of Object.entries(configurations)) {
    if (isDeepStrictEqual(there[key], properties)) continue
    const path = `/metadata/sources/${encodeURIComponent(source)}/confKeys/${encodeURIComponent(key)}`
    await engine.send('PUT', path, properties)
  }
}
