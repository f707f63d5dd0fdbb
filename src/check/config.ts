import { objectOf } from '../data/lenient.js'
import { ownField } from '../data/object.js'
import { isEngineKey } from '../ekuiper/engine-keys.js'
import type { Inspected } from '../load/message.js'
import type { Kind } from '../plugin/kind.js'
import type { Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'

/** Checks the export `config` of a plugin, and the names of the properties in it. */
export function checkConfig(kind: Kind, symbol: string, seen: Inspected): Problem[] {
  const { hasConfig, isSchema, config, methods } = seen
  if (!hasConfig) return []
  if (kind === 'function') return [projectProblems.configOfFunction(symbol)]
  if (!isSchema) return [projectProblems.configInvalid(kind, symbol)]
  const keys = Object.keys(objectOf(ownField(config, 'properties')))
  return [
    ...(methods?.includes('configure') === false ? [projectProblems.configUnused(kind, symbol)] : []),
    ...(config === undefined ? [projectProblems.configOpaque(kind, symbol)] : []),
    ...keys.filter(key => isEngineKey(kind, key)).map(projectProblems.configKeyTaken),
  ]
}
