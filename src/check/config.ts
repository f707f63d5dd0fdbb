import type { Kind } from '../plugin/kind.js'
import type { Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'

/** What is known of a plugin's export `config`. */
export interface SeenConfig {
  /** Whether it is a Standard Schema. */
  isSchema: boolean
  /** Its JSON Schema; undefined if the library has none. */
  json: { properties?: Record<string, unknown> } | undefined
  /** Whether the plugin has a method that would receive the properties. */
  configures: boolean
}

// What eKuiper does with these, beyond using them itself.
const consequences: Record<string, string> = {
  interval: 'it then drops all but one row in each interval',
}

/** Checks the properties that a plugin takes; `isTaken` says which ones the engine uses itself. */
export function checkConfig(
  kind: Kind,
  symbol: string,
  config: SeenConfig | undefined,
  isTaken: (key: string) => boolean,
): Problem[] {
  if (config === undefined) return []
  if (kind === 'function') return [projectProblems.configOfFunction(symbol)]
  if (!config.isSchema) return [projectProblems.configInvalid(kind, symbol)]
  return [
    ...(config.configures ? [] : [projectProblems.configUnused(kind, symbol)]),
    ...(config.json === undefined
      ? [projectProblems.configOpaque(kind, symbol)]
      : takenKeys(Object.keys(config.json.properties ?? {}).filter(isTaken))),
  ]
}

const takenKeys = (keys: readonly string[]): Problem[] =>
  keys.map(key => projectProblems.configKeyTaken(key, consequences[key] ?? 'there it has another meaning'))
