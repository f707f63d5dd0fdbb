import type { Row } from '../data/row.js'
import type { RuleStatus } from '../engine/rules.js'

/**
 * A real eKuiper for one test.
 *
 * @example
 * async function logOf(engine: TestEngine) {
 *   await engine.install()
 *   await engine.stream('demo', [{ n: 1 }])
 *   const rule = await engine.rule('SELECT * FROM demo', { actions: [{ print: {} }] })
 *   await rule.rows(1)
 *   return engine.log()
 * }
 */
export interface TestEngine {
  /** The address of the REST service. */
  readonly url: string
  /** Builds, packs and installs the project in a folder. Default: the folder of the test run. */
  install(folder?: string): Promise<void>
  /** Creates a stream that repeats some rows, one every few milliseconds. Default: every 10 ms. */
  stream(name: string, rows: readonly Row[], every?: number): Promise<void>
  /** Sets a named configuration of a source, which a stream uses with `CONF_KEY`. */
  configure(source: string, name: string, props: Row): Promise<void>
  /**
   * Creates streams and starts a rule: `CREATE STREAM` statements and one `SELECT`, separated by `;`. A package must be
   * installed, since its process brings the rows to the test.
   */
  rule(sql: string, options?: RuleOptions): Promise<TestRule>
  /** The log of the engine and its plugins so far. */
  log(): string
}

/**
 * What a rule has beside its SQL.
 *
 * @example
 * const toPrint: RuleOptions = { actions: [{ print: { prefix: 'row', sendSingle: true } }] }
 * expect(toPrint.actions).toHaveLength(1)
 */
export interface RuleOptions {
  /** Actions, as eKuiper takes them, that get each row as well as the test. */
  actions?: readonly object[]
  /** Options of the rule. `disableBufferFullDiscard` is set. */
  options?: Record<string, unknown>
}

/**
 * A rule that runs.
 *
 * @example
 * async function firstRowOf(rule: TestRule) {
 *   const [row] = await rule.rows(1)
 *   const { status } = await rule.status()
 *   return { row, status }
 * }
 */
export interface TestRule {
  /** Waits for the next rows, at most 20 s, and fails with the state of the rule if they do not come. */
  rows(count: number): Promise<Row[]>
  /** Whether it runs, and the counters of its nodes. */
  status(): Promise<RuleStatus>
}
