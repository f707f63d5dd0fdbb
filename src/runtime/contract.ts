import type { Row } from '../data/row.js'
import type { RowWithMeta } from '../data/with-meta.js'
import type { State } from '../state/store.js'

/**
 * Writes to the log of the host: eKuiper's log, or standard error in `kplug run`.
 *
 * @example
 * const ctx = createContext()
 * ctx.logger.warn('the battery is low')
 * expect(ctx.logs).toEqual([{ level: 'warn', message: 'the battery is low' }])
 */
export interface Logger {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/**
 * What every plugin gets: where it runs, its log, its state.
 *
 * @example
 * async function beat(ctx: Context) {
 *   while (!ctx.signal.aborted) {
 *     ctx.logger.info(`${ctx.ruleId} beats for the ${await ctx.incrCounter('beats', 1)}. time`)
 *     await ctx.sleep(1000)
 *   }
 * }
 */
export interface Context extends State {
  readonly logger: Logger
  /** The rule that runs it; `local` in `kplug run` unless `--rule` says otherwise. */
  readonly ruleId: string
  /** The operator of the rule. */
  readonly opId: string
  /** Which of an operator's parallel instances this is, from 0. */
  readonly instanceId: number
  /** Aborts when the plugin has to stop, before `close` is called. */
  readonly signal: AbortSignal
  /** Waits some milliseconds; returns early, without an error, when the plugin has to stop. */
  sleep(ms: number): Promise<void>
  /**
   * Where a file of the project's `assets` is: an absolute path, in the project as in an engine. Throws for what lies
   * outside: `ctx.asset('models/digits.onnx')`.
   */
  asset(path: string): string
  /**
   * One connection for all rules of the process: the first who asks for a key opens it, and it is closed when the
   * last of them is. Rejects with what `open` throws; the next who asks tries again.
   *
   * @example
   * const port = await ctx.shared('/dev/ttyS0', () => openPort('/dev/ttyS0'), port => port.close())
   */
  shared<T>(key: string, open: () => T | Promise<T>, close: (value: T) => unknown): Promise<T>
  /**
   * Fills `{{.a.b}}` in a property with the fields of a row: the engine hands on templates as they are written.
   * Throws for a field that the row does not have.
   *
   * @example
   * ctx.template('plant/{{.line}}', { line: 'a' }) // 'plant/a'
   */
  template(text: string, row: unknown): string
}

/**
 * What a source gets.
 *
 * @example
 * export class Clicks implements Source {
 *   async open(ctx: SourceContext) {
 *     const click = () => ctx.emit({ at: Date.now() }, { device: 'button' })
 *     process.on('SIGUSR2', click)
 *     await ctx.closed
 *     process.off('SIGUSR2', click)
 *   }
 * }
 */
export interface SourceContext extends Context {
  /**
   * Sends a row, with metadata if any (`meta(key)` in SQL). Resolves when there is room for the next one: await it,
   * and memory stays flat however slow the consumer is. Rejects rows that are no plain object of JSON values.
   */
  emit(row: Row, meta?: Row): Promise<void>
  /** Reports an error to the rule's statistics; the source goes on. (Throw in `open` to be opened again.) */
  error(reason: unknown): void
  /** Resolves when the source has to stop: what a source that lives on callbacks awaits. */
  readonly closed: Promise<void>
}

/**
 * What a sink gets.
 *
 * @example
 * export class CountRows implements Sink {
 *   async collect(ctx: SinkContext, data: unknown) {
 *     await ctx.incrCounter('rows', Array.isArray(data) ? data.length : 1)
 *   }
 * }
 */
export type SinkContext = Context

/**
 * What a function gets.
 *
 * @example
 * export class Total implements Func<[number]> {
 *   exec([amount]: [number], ctx: FunctionContext) {
 *     return ctx.incrCounter('total', amount)
 *   }
 * }
 * expect(await runFunction(Total, [3])).toBe(3)
 */
export interface FunctionContext extends Context {
  /** Which of the calls in the rule's SQL this is, from 0. */
  readonly funcId: number
}

/**
 * Brings rows into a stream. Export a class under the plugin's symbol: every rule gets an instance of its own.
 *
 * @example
 * export class Ticks implements Source<{ interval: number }> {
 *   #interval = 1000
 *   configure(dataSource: string, props: { interval: number }) {
 *     this.#interval = props.interval
 *   }
 *   async *open(ctx: SourceContext) {
 *     while (!ctx.signal.aborted) {
 *       yield { at: Date.now() }
 *       await ctx.sleep(this.#interval)
 *     }
 *   }
 * }
 * const { rows } = await runSource(Ticks, { props: { interval: 1 }, limit: 2 })
 * expect(rows).toHaveLength(2)
 */
export interface Source<Config = Row> {
  /**
   * Takes the stream's settings, once, before `open`. `dataSource` is the stream's DATASOURCE; `props` are the
   * properties of its configuration, parsed by the file's `config` schema where it exports one. Throw to refuse.
   */
  configure?(dataSource: string, props: Config): void | Promise<void>
  /**
   * Runs as long as the source lives. Yield rows (the next is asked for when the last was taken), or await
   * `ctx.emit`. When it returns, the source has ended; when it throws, the rule counts the error and it is opened again.
   */
  open(ctx: SourceContext): Rows
  /** Lets go of what `configure` and `open` took. Called exactly once, also after an error in them. */
  close?(ctx: SourceContext): void | Promise<void>
}

/**
 * The rows of a source: a generator of them, or a promise for the end of a source that calls `ctx.emit`.
 *
 * @example
 * const rows: Rows = [{ a: 1 }, withMeta({ a: 2 }, { topic: 'a' })]
 */
export type Rows = AsyncIterable<Row | RowWithMeta> | Iterable<Row | RowWithMeta> | Promise<void>

/**
 * Takes what a rule puts out.
 *
 * @example
 * export class Print implements Sink {
 *   collect(ctx: SinkContext, data: unknown) {
 *     ctx.logger.info(JSON.stringify(data))
 *   }
 * }
 * const { logs } = await runSink(Print, [{ a: 1 }])
 * expect(logs).toEqual([{ level: 'info', message: '{"a":1}' }])
 */
export interface Sink<Config = Row> {
  /** Takes the action's properties, once, before `open`, parsed by the file's `config` schema where it exports one. */
  configure?(props: Config): void | Promise<void>
  /** Makes ready: connects, opens files. */
  open?(ctx: SinkContext): void | Promise<void>
  /**
   * Writes one item: a row if the action has `sendSingle`, else an array of rows; a `Buffer` if the bytes are not JSON,
   * such as the text of an error with the rule option `sendError`. Items come one at a time and in order. A return
   * acknowledges the item; a throw reports an error.
   */
  collect(ctx: SinkContext, data: unknown): void | Promise<void>
  /** Lets go of what `configure` and `open` took. Called exactly once, also after an error in them. */
  close?(ctx: SinkContext): void | Promise<void>
}

/**
 * A function for SQL: `SELECT wordCount(text, " ") FROM demo`.
 *
 * @example
 * export class WordCount implements Func<[string, string]> {
 *   exec([text, separator]: [string, string]) {
 *     return text.split(separator).length
 *   }
 * }
 * expect(await runFunction(WordCount, ['a b c', ' '])).toBe(3)
 */
export interface Func<Args extends readonly unknown[] = readonly unknown[]> {
  /**
   * Checks a call when a rule is created: throw to refuse it. In eKuiper only the number of the arguments can be
   * relied on.
   */
  validate?(args: readonly unknown[]): void | Promise<void>
  /** Makes ready, once, before the first call. */
  open?(ctx: FunctionContext): void | Promise<void>
  /** Computes the answer of one call; throwing fails the row. */
  exec(args: Args, ctx: FunctionContext): unknown
  /** Whether each argument is the array of a column's values in a group. */
  isAggregate?(): boolean | Promise<boolean>
  /** Lets go of what `open` took. */
  close?(ctx: FunctionContext): void | Promise<void>
}
