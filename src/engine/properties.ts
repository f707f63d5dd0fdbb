import type { Engine } from './engine.js'
import { configurationsOf } from './metadata.js'
import { objectOf, textOf } from '../data/lenient.js'
import type { Stored, StoredRule } from './stored.js'
import type { UsingRule } from './usage.js'

/** The properties with which a running rule starts a source or sink. */
export interface GivenProperties {
  kind: 'source' | 'sink'
  name: string
  rule: string
  properties: Record<string, unknown>
}

/** The properties that rules give the sources and sinks of packages. */
export async function propertiesGiven(
  engine: Engine,
  { streams }: Stored,
  running: readonly UsingRule[],
): Promise<GivenProperties[]> {
  const given: GivenProperties[] = []
  for (const { rule, uses } of running) {
    for (const { kind, name, place } of uses) {
      if (kind === 'function') continue
      const configurations = await configurationsOf(engine, kind, name)
      const [key, properties] =
        kind === 'source'
          ? [streams.get(place)?.configuration ?? '', {}]
          : resourceAndProperties(rule, Number(place))
      given.push({
        kind,
        name,
        rule: rule.id,
        properties: {
          ...configurations['default'],
          ...(configurations[key] ?? configurations[key.toLowerCase()]),
          ...properties,
        },
      })
    }
  }
  return given
}

function resourceAndProperties(rule: StoredRule, action: number): [string, Record<string, unknown>] {
  const properties = objectOf(rule.actions[action]?.properties)
  return [textOf(properties['resourceId']), properties]
}
