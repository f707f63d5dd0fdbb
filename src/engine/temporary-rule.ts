import type { Engine } from './engine.js'
import { createdBy } from './sql.js'

/** A rule in the format of the engine's REST service. */
interface RuleDefinition {
  id: string
  sql: string
  actions: readonly object[]
  options?: Record<string, unknown>
}

/**
 * Creates the streams of `CREATE` statements, then a rule. Existing ones are never changed. If one is refused, the ones
 * created so far are removed. Resolves with a function that removes everything.
 */
export async function createTemporarily(
  engine: Engine,
  statements: readonly string[],
  rule: RuleDefinition,
): Promise<() => Promise<void>> {
  const made: string[] = []
  // Last first: a stream cannot be removed while a rule reads it.
  const remove = async (): Promise<void> => {
    for (const path of made.splice(0).toReversed()) await engine.discard(path)
  }
  const rulePath = `/rules/${encodeURIComponent(rule.id)}`
  try {
    for (const sql of statements) {
      const created = createdBy(sql)
      if (created === undefined) continue
      await engine.send('POST', `/${created.kind}s`, { sql })
      made.push(`/${created.kind}s/${encodeURIComponent(created.name)}`)
    }
    // Left by a session that was killed: only sessions use such an id.
    await engine.discard(rulePath)
    await engine.send('POST', '/rules', rule)
    made.push(rulePath)
    return remove
  } catch (error) {
    await remove()
    throw error
  }
}
