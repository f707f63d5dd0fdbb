import type { Engine } from './engine.js'
import { configurationsOf } from './metadata.js'
import { pluginsIn } from './portables.js'
import type { RunningRule, Situation } from './situation.js'
import { objectOf, textOf } from '../data/lenient.js'
import type { StoredRule } from './stored.js'
import { usesOf } from './usage.js'

/** The properties with which a running rule starts a source or sink. */
export interface GivenProperties {
  kind: 'source' | 'sink'
  name: string
  rule: string
  properties: Record<string, unknown>
}

/** The properties that running rules give the sources and sinks of the installed package. */
export async function propertiesGiven(
  engine: Engine,
  { installed, stored }: Situation,
  running: readonly RunningRule[],
): Promise<GivenProperties[]> {
  const own = installed ? pluginsIn(installed) : []
  const given: GivenProperties[] = []
  for (const { rule } of running) {
    for (const { kind, name, place } of usesOf(rule, stored.streams)) {
      if (kind === 'function' || !own.some(plugin => plugin.kind === kind && plugin.name === name)) continue
      const configurations = await configurationsOf(engine, kind, name)
      const [key, properties] =
        kind === 'source'
          ? [stored.streams.get(place)?.configuration ?? '', {}]
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
