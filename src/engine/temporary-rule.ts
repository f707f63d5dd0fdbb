import { type Engine, EngineRefusal } from './engine.js'
import { createdBy } from './sql.js'

/** A rule in the format of the engine's REST service. */
export interface RuleDefinition {
  id: string
  sql: string
  actions: readonly object[]
  options?: Record<string, unknown>
}

/** Streams and a rule that exist for a limited time. Existing ones are never changed. */
export class TemporaryRule {
  readonly #engine: Engine
  readonly #rule: RuleDefinition
  readonly #made: string[] = []

  private constructor(engine: Engine, rule: RuleDefinition) {
    this.#engine = engine
    this.#rule = rule
  }

  /**
   * Creates the streams of `CREATE` statements, then the rule. If one is refused, the ones created so far are removed.
   */
  static async create(
    engine: Engine,
    statements: readonly string[],
    rule: RuleDefinition,
  ): Promise<TemporaryRule> {
    const temporary = new TemporaryRule(engine, rule)
    try {
      for (const statement of statements) await temporary.#createStream(statement)
      // Left by a session that was killed: only sessions use such an id.
      await temporary.#remove(temporary.#path)
      await temporary.#post('/rules', rule)
      temporary.#made.push(temporary.#path)
      return temporary
    } catch (error) {
      await temporary.remove()
      throw error
    }
  }

  get #path(): string {
    return `/rules/${encodeURIComponent(this.#rule.id)}`
  }

  async #createStream(statement: string): Promise<void> {
    const created = createdBy(statement)
    if (created === undefined) return
    const { kind, name } = created
    await this.#post(`/${kind}s`, { sql: statement })
    this.#made.push(`/${kind}s/${encodeURIComponent(name)}`)
  }

  async #post(path: string, body: object): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    await this.#engine.accepted({ method: 'POST', path, headers, body: JSON.stringify(body) })
  }

  /** Removes everything that was created, last first: a stream cannot be removed while a rule reads it. */
  async remove(): Promise<void> {
    for (const path of this.#made.splice(0).toReversed()) await this.#remove(path)
  }

  async #remove(path: string): Promise<void> {
    try {
      await this.#engine.accepted({ method: 'DELETE', path })
    } catch (error) {
      // It no longer exists, which is the goal.
      if (!(error instanceof EngineRefusal)) throw error
    }
  }
}
