import type { Row } from '../data/row.js'
import type { About } from '../plugin/about.js'
import type { InferConfig, Schema } from './config/schema.js'
import type { Func, FunctionContext, Rows, Sink, SinkContext, Source, SourceContext } from './contract.js'

// Each plugin's bundle has its own copy of this module. Symbol.for gives all copies the same key.
const definitionKey: unique symbol = Symbol.for('kplug.definition')

/** What a plugin's file exports beside its symbol, or passes to a `define…` function. */
export interface Declaration {
  about?: About | undefined
  /** A Standard Schema of the properties. */
  config?: unknown
  /** Named configurations of a source, by name. */
  configurations?: unknown
}

/**
 * A class made by `defineSource`, `defineSink` or `defineFunction`.
 *
 * @example
 * const Silent: Defined<Source> = defineSource({ open: () => [] })
 * const instance: Source = new Silent()
 */
export interface Defined<Plugin> {
  new (): Plugin
  readonly [definitionKey]: Declaration
}

type InputOf<Config extends Schema> = NonNullable<Config['~standard']['types']>['input']

type Some<Props> = Props extends object ? Partial<Props> : never

interface SourceDefinition<Config extends Schema> {
  about?: About
  config?: Config
  /** Named configurations, which a stream selects with CONF_KEY. They override the defaults of `config`. */
  configurations?: Readonly<Record<string, Some<InputOf<Config>>>>
  /**
   * Yields rows, or emits them with `ctx.emit`, until `ctx.signal` aborts. A generator releases what it took in
   * `finally`.
   */
  open(ctx: SourceContext, settings: { dataSource: string; props: InferConfig<Config> }): Rows
}

/**
 * Defines a source whose `open` receives the properties that `config` describes. Export it under the plugin's symbol.
 *
 * @example
 * export const Clock = defineSource({
 *   about: { description: 'Emits the time' },
 *   config: z.object({ every: z.number().positive().default(1000) }),
 *   async *open(ctx, { props }) {
 *     while (!ctx.signal.aborted) {
 *       yield { at: Date.now() }
 *       await ctx.sleep(props.every)
 *     }
 *   },
 * })
 * const { rows } = await runSource(Clock, { props: { every: 1 }, limit: 2 })
 * expect(rows).toHaveLength(2)
 */
export function defineSource<Config extends Schema = Schema<Row>>(
  definition: SourceDefinition<Config>,
): Defined<Source<InferConfig<Config>>> {
  return class {
    static readonly [definitionKey] = definition
    #settings: { dataSource: string; props: InferConfig<Config> } | undefined

    configure(dataSource: string, props: InferConfig<Config>): void {
      this.#settings = { dataSource, props }
    }

    open(ctx: SourceContext): Rows {
      return definition.open(ctx, configured(this.#settings))
    }
  }
}

interface SinkDefinition<Config extends Schema, Resource> {
  about?: About
  config?: Config
  /** Opens what `collect` needs, such as a connection. Its result is the `resource` of `collect` and `close`. */
  open?(ctx: SinkContext, props: InferConfig<Config>): Resource | Promise<Resource>
  /** Takes one item: a row or an array of rows, or a `Buffer`. A return acknowledges the item; a throw refuses it. */
  collect(
    ctx: SinkContext,
    data: unknown,
    settings: { props: InferConfig<Config>; resource: Resource },
  ): void | Promise<void>
  /** Releases the resource. Not called if `open` threw. */
  close?(resource: Resource, ctx: SinkContext): void | Promise<void>
}

/**
 * Defines a sink whose `open` and `collect` receive the properties that `config` describes. Export it under the
 * plugin's symbol.
 *
 * @example
 * export const Printer = defineSink({
 *   config: z.object({ prefix: z.string().default('got') }),
 *   collect(ctx, data, { props }) {
 *     ctx.logger.info(`${props.prefix} ${JSON.stringify(data)}`)
 *   },
 * })
 * const { logs } = await runSink(Printer, [{ a: 1 }])
 * expect(logs).toEqual([{ level: 'info', message: 'got {"a":1}' }])
 */
export function defineSink<Config extends Schema = Schema<Row>, Resource = undefined>(
  definition: SinkDefinition<Config, Resource>,
): Defined<Sink<InferConfig<Config>>> {
  return class {
    static readonly [definitionKey] = definition
    #props: { of: InferConfig<Config> } | undefined
    #opened: { resource: Resource } | undefined

    configure(props: InferConfig<Config>): void {
      this.#props = { of: props }
    }

    async open(ctx: SinkContext): Promise<void> {
      // Without an `open` the resource's type is undefined.
      const resource = (await definition.open?.(ctx, configured(this.#props).of)) as Resource
      this.#opened = { resource }
    }

    collect(ctx: SinkContext, data: unknown): void | Promise<void> {
      const { resource } = configured(this.#opened)
      return definition.collect(ctx, data, { props: configured(this.#props).of, resource })
    }

    close(ctx: SinkContext): void | Promise<void> {
      return this.#opened && definition.close?.(this.#opened.resource, ctx)
    }
  }
}

interface FunctionDefinition<Args extends readonly unknown[], Resource> {
  about?: About
  /** Whether each argument is the array of a column's values in a group. Default: `false`. */
  aggregate?: boolean
  /** Checks the arguments of a call when a rule is created; only their number is reliable. Throws to refuse it. */
  validate?(args: readonly unknown[]): void | Promise<void>
  /** Opens what `exec` needs, once, before the first call. Its result is the `resource` of `exec` and `close`. */
  open?(ctx: FunctionContext): Resource | Promise<Resource>
  /** Computes the result of one call. A throw fails the row. */
  exec(args: Args, ctx: FunctionContext, resource: Resource): unknown
  /** Releases the resource. Not called if `open` threw. */
  close?(resource: Resource, ctx: FunctionContext): void | Promise<void>
}

/**
 * Defines a function for SQL. Export it under the plugin's symbol.
 *
 * @example
 * export const Doubled = defineFunction({
 *   about: { description: 'Doubles a number', args: [{ name: 'number', type: 'float' }] },
 *   exec: ([number]: [number]) => number * 2,
 * })
 * expect(await runFunction(Doubled, [21])).toBe(42)
 */
export function defineFunction<Args extends readonly unknown[] = readonly unknown[], Resource = undefined>(
  definition: FunctionDefinition<Args, Resource>,
): Defined<Func<Args>> {
  return class {
    static readonly [definitionKey] = definition
    #opened: { resource: Resource } | undefined

    validate(args: readonly unknown[]): void | Promise<void> {
      return definition.validate?.(args)
    }

    isAggregate(): boolean {
      return definition.aggregate ?? false
    }

    async open(ctx: FunctionContext): Promise<void> {
      // Without an `open` the resource's type is undefined.
      this.#opened = { resource: (await definition.open?.(ctx)) as Resource }
    }

    exec(args: Args, ctx: FunctionContext): unknown {
      return definition.exec(args, ctx, configured(this.#opened).resource)
    }

    close(ctx: FunctionContext): void | Promise<void> {
      return this.#opened && definition.close?.(this.#opened.resource, ctx)
    }
  }
}

function configured<T>(value: T | undefined): T {
  if (value !== undefined) return value
  throw new TypeError('Cannot use a defined plugin before its host has configured and opened it')
}

/** The declarations of a plugin's file: its own exports first, then those passed to `define…`. */
export function declarationOf(module: Declaration & Record<string, unknown>, symbol: string): Declaration {
  const exported = module[symbol]
  const defined: Declaration =
    typeof exported === 'function' && definitionKey in exported
      ? (exported as unknown as Defined<unknown>)[definitionKey]
      : {}
  return {
    about: module.about ?? defined.about,
    config: module.config ?? defined.config,
    configurations: module.configurations ?? defined.configurations,
  }
}
