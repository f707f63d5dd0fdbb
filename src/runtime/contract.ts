import type { Row } from '../data/row.js'
import type { RowWithMeta } from '../data/with-meta.js'
import type { State } from '../state/store.js'

/**
 * Writes to eKuiper's log, or to standard error in `kplug run`.
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
 * The context of a plugin: where it runs, its log, its state.
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
  /** The id of the rule. In `kplug run`: the value of `--rule`. Default: `local`. */
  readonly ruleId: string
  /** The id of the operator in the rule. */
  readonly opId: string
  /** The number of this instance among the parallel instances of the operator, from 0. */
  readonly instanceId: number
  /** Aborts when the plugin has to stop, before `close` is called. */
  readonly signal: AbortSignal
  /** Resolves after `ms` milliseconds, or earlier if the plugin has to stop. Never rejects. */
  sleep(ms: number): Promise<void>
  /**
   * Returns the absolute path of a file that `kplug.assets` in package.json names, such as
   * `ctx.asset('models/digits.onnx')`. Throws for a path outside of the project or the package.
   */
  asset(path: string): string
  /**
   * Shares a resource, such as a connection, between all plugins of the process. The first call with a key opens the
   * resource, and it is closed when the last plugin that uses it closes. Rejects if `open` throws; the next call then
   * opens again.
   *
   * @example
   * const port = await ctx.shared('/dev/ttyS0', () => openPort('/dev/ttyS0'), port => port.close())
   */
  shared<T>(key: string, open: () => T | Promise<T>, close: (value: T) => unknown): Promise<T>
  /**
   * Replaces `{{.a.b}}` in a text by fields of a row. eKuiper passes templates in properties unchanged. Throws if the
   * row does not have a field.
   *
   * @example
   * ctx.template('plant/{{.line}}', { line: 'a' }) // 'plant/a'
   */
  template(text: string, row: unknown): string
}

/**
 * The context of a source.
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
   * Sends a row and its metadata, which SQL reads with `meta(key)`. Resolves when there is room for the next row: await
   * it to keep memory flat with a slow consumer. Rejects if the row is not a plain object of JSON values.
   */
  emit(row: Row, meta?: Row): Promise<void>
  /** Logs an error and counts it in the statistics of the rule. The source continues; to be reopened, throw instead. */
  error(reason: unknown): void
  /** Resolves when the source has to stop. A source that works with callbacks awaits it in `open`. */
  readonly closed: Promise<void>
}

/**
 * The context of a sink.
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
 * The context of a function.
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
  /** The number of this call among the calls in the rule's SQL, from 0. */
  readonly funcId: number
}

/**
 * Reads rows into a stream. Export a class under the plugin's symbol; each rule has its own instance.
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
   * Receives the settings of the stream, once, before `open`: its DATASOURCE, and the properties of its configuration,
   * parsed by the `config` schema if the file exports one. A throw refuses them.
   */
  configure?(dataSource: string, props: Config): void | Promise<void>
  /**
   * Yields rows, or awaits `ctx.emit`, until `ctx.signal` aborts. The next row is requested when there is room for it. A
   * return ends the source. After a throw, the rule counts the error and the source is closed and opened again.
   */
  open(ctx: SourceContext): Rows
  /** Releases what `configure` and `open` acquired. Called exactly once, also if one of them throws. */
  close?(ctx: SourceContext): void | Promise<void>
}

/**
 * The result of `open`: a generator of rows, or a promise that resolves when a source that calls `ctx.emit` has ended.
 *
 * @example
 * const rows: Rows = [{ a: 1 }, withMeta({ a: 2 }, { topic: 'a' })]
 */
export type Rows = AsyncIterable<Row | RowWithMeta> | Iterable<Row | RowWithMeta> | Promise<void>

/**
 * Writes the results of a rule.
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
  /** Receives the properties of the action, once, before `open`, parsed by the `config` schema if the file exports one. */
  configure?(props: Config): void | Promise<void>
  /** Opens what `collect` needs, such as a connection or a file. */
  open?(ctx: SinkContext): void | Promise<void>
  /**
   * Writes one item: a row if the action has `sendSingle`, else an array of rows; a `Buffer` if the bytes are not JSON,
   * such as the text of an error with the rule option `sendError`. Items come one at a time and in order. A return
   * acknowledges the item; a throw reports an error.
   */
  collect(ctx: SinkContext, data: unknown): void | Promise<void>
  /** Releases what `configure` and `open` acquired. Called exactly once, also if one of them throws. */
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
  /** Checks the arguments of a call when a rule is created. Only their number is reliable in eKuiper. A throw refuses it. */
  validate?(args: readonly unknown[]): void | Promise<void>
  /** Opens what `exec` needs, once, before the first call. */
  open?(ctx: FunctionContext): void | Promise<void>
  /** Computes the result of one call. A throw fails the row. */
  exec(args: Args, ctx: FunctionContext): unknown
  /** Whether each argument is the array of a column's values in a group. */
  isAggregate?(): boolean | Promise<boolean>
  /** Releases what `open` acquired. */
  close?(ctx: FunctionContext): void | Promise<void>
}
