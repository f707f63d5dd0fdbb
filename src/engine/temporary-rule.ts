import { UsageError } from '../errors/usage-error.js'
import { type Engine, EngineRefusal } from './engine.js'
import { type Created, createdBy } from './sql.js'
import { readStored } from './stored.js'

/** A rule in the format of the engine's REST service. */
interface RuleDefinition {
  id: string
  sql: string
  actions: readonly object[]
  options?: Record<string, unknown>
}

/**
 * Creates the streams of `CREATE` statements, then a rule. Existing streams are never changed; one of the same
 * definition is used. If one is refused, the ones created so far are removed. Resolves with a function that removes
 * what was created.
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
  // Left by a session that was killed: only sessions use such an id.
  await engine.discard(rulePath)
  try {
    for (const sql of statements) {
      const created = createdBy(sql)
      if (created === undefined) continue
      if (await createStream(engine, sql, created)) made.push(pathOf(created))
    }
    await engine.send('POST', '/rules', rule)
    made.push(rulePath)
    return remove
  } catch (error) {
    await remove()
    throw error
  }
}

const pathOf = ({ kind, name }: Created): string => `/${kind}s/${encodeURIComponent(name)}`

/** Resolves with whether the stream is new. */
async function createStream(engine: Engine, sql: string, { kind, name }: Created): Promise<boolean> {
  try {
    await engine.send('POST', `/${kind}s`, { sql })
    return true
  } catch (error) {
    if (!(error instanceof EngineRefusal) || !error.message.includes('already exists')) throw error
    if ((await readStored(engine)).streams.get(name)?.statement.trim() === sql.trim()) return false
    throw new UsageError(
      `Cannot create the ${kind} "${name}": the engine has another one; use it by removing the CREATE statement, or choose another name`,
      { cause: error },
    )
  }
}
