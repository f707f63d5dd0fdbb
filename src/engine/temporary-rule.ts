import { UsageError } from '../errors/usage-error.js'
import { type Engine, EngineRefusal } from './engine.js'
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
      const { kind, name } = created
      await engine.send('POST', `/${kind}s`, { sql }).catch((error: unknown) => {
        if (!(error instanceof EngineRefusal) || !error.message.includes('already exists')) throw error
        throw new UsageError(
          `Cannot create the ${kind} "${name}": the engine has one; use it by removing the CREATE statement, or choose another name`,
          { cause: error },
        )
      })
      made.push(`/${kind}s/${encodeURIComponent(name)}`)
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
