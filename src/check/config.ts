import type { Kind } from '../plugin/kind.js'
import { withRemedy } from '../problem/make-problem.js'
import { nameOf } from '../plugin/name.js'
import type { Problem } from '../problem/problem.js'

/** What is known of a plugin's export `config`. */
export interface SeenConfig {
  /** Whether it is a Standard Schema. */
  isSchema: boolean
  /** Its JSON Schema; undefined where the library has none to give. */
  json: { properties?: Record<string, unknown> } | undefined
  /** Whether the plugin has a method that would receive the properties. */
  configures: boolean
}

// What eKuiper does with these, beyond taking them for itself.
const consequences: Record<string, string> = {
  interval: 'eKuiper itself then drops all but one row in each interval',
}

/** Checks the properties that a plugin takes; `isTaken` says which ones the engine puts there for itself. */
export function checkConfig(
  kind: Kind,
  symbol: string,
  config: SeenConfig | undefined,
  isTaken: (key: string) => boolean,
): Problem[] {
  if (config === undefined) return []
  if (kind === 'function') return [unusedByFunction(symbol)]
  if (!config.isSchema) return [notASchema(kind, symbol)]
  return [
    ...(config.configures ? [] : [unused(kind, symbol)]),
    ...(config.json === undefined
      ? [opaque(kind, symbol)]
      : takenKeys(Object.keys(config.json.properties ?? {}).filter(isTaken))),
  ]
}

export const notASchema = (kind: Kind, symbol: string): Problem =>
  withRemedy(
    'config-invalid',
    `"config" of ${kind} "${nameOf(symbol)}" is no Standard Schema`,
    'export what z.object({…}) makes',
  )

export const unusedByFunction = (symbol: string): Problem =>
  withRemedy(
    'config-unused',
    `Function "${nameOf(symbol)}" exports "config", but eKuiper gives functions no properties`,
    'take them as arguments of exec, and remove "config"',
  )

const unused = (kind: Kind, symbol: string): Problem =>
  withRemedy(
    'config-unused',
    `The properties of "config" reach nothing: ${kind} "${nameOf(symbol)}" has no method "configure"`,
    `give "${symbol}" a method configure(${kind === 'source' ? 'dataSource, props' : 'props'}), or remove "config"`,
  )

const opaque = (kind: Kind, symbol: string): Problem =>
  withRemedy(
    'config-opaque',
    `"config" of ${kind} "${nameOf(symbol)}" has no JSON form, so eKuiper gets neither defaults nor a form of it`,
    'use a schema that JSON can describe, such as those of zod',
  )

const takenKeys = (keys: readonly string[]): Problem[] =>
  keys.map(key => {
    const consequence = consequences[key] ?? 'it means something of its own there'
    return withRemedy(
      'config-key-taken',
      `The property "${key}" is one that eKuiper takes for itself (${consequence})`,
      'rename it',
    )
  })
