import * as fs from 'node:fs'
import type { Kind } from './plugin/kind.js'
import type { Func, Sink, Source } from './runtime/contract.js'
import type { Row } from './data/row.js'
import { encodeJson } from './data/encode.js'
import { decodeItem } from './data/item.js'
import { decodeRecordedRow } from './data/recorded-row.js'
import { encodeRow } from './data/source-row.js'
import { parseJson } from './data/parse.js'
import { RunningFunction } from './runtime/function.js'
import { RunningSink } from './runtime/sink.js'
import { RunningSource } from './runtime/source.js'
import { type Exported, pluginOf } from './testing/exported.js'
import { hostOf, type LogLine, type TestContext } from './testing/test-context.js'

export type { Exported } from './testing/exported.js'
export { createContext, type LogLine, type TestContext, type TestPlace } from './testing/test-context.js'

/**
 * Options that every run has.
 *
 * @example
 * const options: RunOptions = { props: { interval: 1 }, context: createContext() }
 * const { rows } = await runSource(Ticks, { ...options, limit: 1 })
 */
export interface RunOptions {
  /** The file's `config` schema, where it exports one. */
  config?: unknown
  /** Properties, as a rule would give them, before the schema parses them. */
  props?: Row
  /** The environment that secrets such as `env:NAME` are read from. Default: an empty one. */
  env?: Record<string, string>
  /** Makes several runs share state and log. */
  context?: TestContext
}

/**
 * The output of a source, as a rule would see it.
 *
 * @example
 * const { rows, metas, errors }: SourceResult = await runSource(Ticks, { props: { interval: 1 }, limit: 1 })
 * expect({ metas, errors }).toEqual({ metas: [undefined], errors: [] })
 */
export interface SourceResult {
  rows: Row[]
  /** The metadata of each row; undefined for one that had none. */
  metas: (Row | undefined)[]
  logs: readonly LogLine[]
  /** What the source reported with `ctx.error`. */
  errors: readonly unknown[]
}

/**
 * Runs a source from `configure` to `close`, and returns its rows. It ends by itself, or after `limit` rows. Rejects
 * with what the source throws.
 *
 * @example
 * const { rows } = await runSource(Ticks, { props: { interval: 1 }, limit: 3 })
 * expect(rows).toHaveLength(3)
 */
export async function runSource(
  source: Exported<Source<never>>,
  options: RunOptions & { dataSource?: string; limit?: number } = {},
): Promise<SourceResult> {
  const { dataSource = '', props = {}, limit = Infinity, config, context, env = {} } = options
  const host = hostOf(context)
  host.env = env
  const enough = new AbortController()
  if (limit <= 0) enough.abort()
  const rows: Row[] = []
  const metas: (Row | undefined)[] = []
  const output = {
    write(row: Row, meta: Row | undefined): undefined {
      if (rows.length >= limit) return
      // Through the codec and back, so that a test sees what a rule would.
      rows.push(parseJson(encodeRow(row)) as Row)
      metas.push(meta === undefined ? undefined : (parseJson(encodeJson(meta)) as Row))
      if (rows.length >= limit) enough.abort()
    },
    error: (reason: unknown) => void host.errors.push(reason),
  }
  const placement = { plugin: pluginOf('source', source, config), place: host.place, host }
  const running = await RunningSource.configure(placement, { dataSource, props }, output)
  await running.run(enough.signal)
  return { rows, metas, logs: host.logs, errors: host.errors }
}

/**
 * Runs a sink from `configure` to `close` with some items: rows, arrays of rows, or bytes. Rejects with what the
 * sink throws.
 *
 * @example
 * const { logs } = await runSink(Print, [{ a: 1 }, { a: 2 }])
 * expect(logs).toHaveLength(2)
 */
export async function runSink(
  sink: Exported<Sink<never>>,
  items: Iterable<unknown>,
  { props = {}, config, context, env = {} }: RunOptions = {},
): Promise<{ logs: readonly LogLine[] }> {
  const host = hostOf(context)
  host.env = env
  const placement = { plugin: pluginOf('sink', sink, config), place: host.place, host }
  const running = await RunningSink.start(placement, props)
  try {
    for (const item of items) {
      await running.collect(item instanceof Uint8Array ? item : decodeItem(Buffer.from(encodeJson(item))))
    }
  } finally {
    await running.close()
  }
  return { logs: host.logs }
}

/**
 * Calls a function as a rule would: `validate`, then `exec` on a separate instance. Returns the value as the rule
 * would see it; rejects with what the function throws.
 *
 * @example
 * expect(await runFunction(WordCount, ['a b c', ' '])).toBe(3)
 */
export async function runFunction(
  func: Exported<Func>,
  args: readonly unknown[],
  { context }: Pick<RunOptions, 'context'> = {},
): Promise<unknown> {
  const host = hostOf(context)
  const running = new RunningFunction(pluginOf('function', func, undefined), host)
  try {
    await running.validate(args)
    return parseJson(encodeJson(await running.exec(args, 'test', () => host.place)))
  } finally {
    await running.close()
  }
}

/**
 * Reads the rows of a recording: what `--record` of `kplug run` and `kplug dev` writes, or any file with a JSON row on
 * each line. Integers beyond 2^53 are `bigint`.
 *
 * @example
 * async function replayed() {
 *   const rows = readRows(new URL('WordCount.recorded.ndjson', import.meta.url))
 *   expect(await replayFunction(WordCount, rows, { args: ['text'], as: 'words' })).toEqual(rows)
 * }
 */
export function readRows(file: string | URL): Row[] {
  const lines = fs.readFileSync(file, 'utf8').split('\n')
  return lines.filter(line => line.trim() !== '').map(line => parseJson(decodeRecordedRow(line).row) as Row)
}

/**
 * Calls a function for each row, one after the other with the same state, as `kplug run function` does with `--args`
 * and `--as`. Returns the rows with the results; rejects with what the function throws.
 *
 * @example
 * const rows = [{ text: 'a b', separator: ' ' }]
 * const counted = await replayFunction(WordCount, rows, { args: ['text', 'separator'], as: 'words' })
 * expect(counted).toEqual([{ text: 'a b', separator: ' ', words: 2 }])
 */
export async function replayFunction(
  func: Exported<Func>,
  rows: Iterable<Row>,
  { args, as = 'result', context }: { args: readonly string[]; as?: string } & Pick<RunOptions, 'context'>,
): Promise<Row[]> {
  const host = hostOf(context)
  const running = new RunningFunction(pluginOf('function', func, undefined), host)
  const results: Row[] = []
  try {
    for (const row of rows) {
      const given = args.map(field => row[field] ?? null)
      const result = await running.exec(given, 'test', () => host.place)
      results.push({ ...row, [as]: parseJson(encodeJson(result)) })
    }
  } finally {
    await running.close()
  }
  return results
}

/**
 * A plugin as its built file has it.
 *
 * @example
 * const built: BuiltPlugin<Func> = { plugin: WordCount, config: undefined }
 * expect(await runFunction(built.plugin, ['a b', ' '])).toBe(2)
 */
export interface BuiltPlugin<T> {
  /** What the file exports under the symbol. */
  plugin: Exported<T>
  /** The schema of its properties, for `RunOptions`. */
  config: unknown
}

interface PluginsByKind {
  source: Source<never>
  sink: Sink<never>
  function: Func
}

/**
 * Loads a built plugin of the project, by its name, as a package would: only what the package carries is found. Rejects
 * unless `kplug build` was run after the last change.
 *
 * @example
 * async function countBuilt() {
 *   const { plugin } = await loadBuilt('function', 'wordCount')
 *   return runFunction(plugin, ['a b c', ' '])
 * }
 */
export async function loadBuilt<K extends Kind>(
  kind: K,
  name: string,
  folder = '.',
): Promise<BuiltPlugin<PluginsByKind[K]>> {
  const { loadBuiltPlugin } = await import('./load/built-plugin.js')
  const { exported, config } = await loadBuiltPlugin(kind, name, folder)
  // The run reports it if the export does not fit the kind of the plugin.
  return { plugin: exported as Exported<PluginsByKind[K]>, config }
}
