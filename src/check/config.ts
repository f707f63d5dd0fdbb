import type { Kind } from '../plugin/kind.js'
import type { Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'

/** A plugin's export `config`, as far as it is known. */
export interface SeenConfig {
  /** Whether it is a Standard Schema. */
  isSchema: boolean
  /** Its JSON Schema; undefined if the library offers none. */
  json: { properties?: Record<string, unknown> } | undefined
  /** Whether the plugin has a method that receives the properties. */
  configures: boolean
}

// The engine also interprets these itself.
const consequences: Record<string, string> = {
  interval: 'it then drops all but one row in each interval',
}

/** Checks the properties that a plugin accepts. `isTaken` reports which ones the engine interprets itself. */
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
