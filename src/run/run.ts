import { isSystemError, systemReason } from '../errors/system-error.js'
import { UsageError } from '../errors/usage-error.js'
import type { RowOutput } from '../runtime/context.js'
import type { Row } from '../data/row.js'
import { encodeJson } from '../data/encode.js'
import { parseJson } from '../data/parse.js'
import { encodeRow } from '../data/source-row.js'
import type { RunningFunction } from '../runtime/function.js'
import { type Host, messageOf } from '../runtime/host.js'
import type { Plugin } from '../runtime/plugin.js'
import type { RunningSink } from '../runtime/sink.js'
import { RunningSource, type SourceSettings } from '../runtime/source.js'
import type { RulePlace } from '../plugin/rule-place.js'
import { Waits } from '../runtime/waits.js'
import { linesOf, type LineWriter } from './lines.js'

/** What the pieces that run plugins on standard input and output share. */
export interface LocalRun {
  host: Host
  place: RulePlace
  stdin: AsyncIterable<Buffer | string>
  output: LineWriter
  /** Aborts on Ctrl-C, and when nobody reads the output any more. */
  signal: AbortSignal
  /** Ends the run when a row or line fails. */
  strict: boolean
  /** Rows that went through so far, for who shows progress. */
  count: { rows: number; failed: number }
  /** Takes what is wrong with one line or row. */
  failed(error: unknown, line: number | undefined): void
}

/** Prints a source's rows as NDJSON, with `meta` as `{"message": ROW, "meta": META}`, until it or the limit ends. */
export async function printSource(
  run: LocalRun,
  plugin: Plugin,
  settings: SourceSettings,
  { meta, limit }: { meta: boolean; limit: number },
): Promise<void> {
  const enough = new AbortController()
  const { count, output: writer } = run
  const output: RowOutput = {
    write(row, rowMeta) {
      if (count.rows >= limit) return undefined
      const wait = writer.write(lineOf(row, meta ? (rowMeta ?? {}) : undefined))
      count.rows += 1
      if (count.rows >= limit) enough.abort()
      return wait
    },
    error: reason => run.failed(reason, undefined),
  }
  const signal = AbortSignal.any([run.signal, enough.signal])
  if (limit > 0) {
    const source = await RunningSource.configure(plugin, run.place, settings, output, run.host, signal)
    await source.run(signal)
  }
}

function lineOf(row: Row, meta: Row | undefined): string {
  return meta === undefined ? encodeRow(row) : `{"message":${encodeRow(row)},"meta":${encodeJson(meta)}}`
}

/** What a line holds; one that is no JSON is a mistake in the input, not in the plugin. */
function readLine(line: string): unknown {
  try {
    return parseJson(line)
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error })
  }
}

/** Feeds rows, one JSON value a line, to a sink. */
export async function feedSink(run: LocalRun, sink: Pick<RunningSink, 'collect'>): Promise<void> {
  await eachLine(run, line => sink.collect(readLine(line)))
}

/** How the lines that a function reads become arguments, and its answers lines. */
export interface Mapping {
  /** The fields of a row that are the arguments; undefined where each line is an array of them. */
  args: readonly string[] | undefined
  /** The field that takes the answer. */
  as: string
}

/**
 * Maps lines with a function: arrays of arguments to values, or rows to rows. A call is validated at the first line
 * with that many arguments, since there is no rule that would be made before.
 */
export async function mapLines(
  run: LocalRun,
  func: Pick<RunningFunction, 'exec' | 'validate'>,
  mapping: Mapping,
): Promise<void> {
  const key = JSON.stringify(run.place)
  const placeOf = (): RulePlace => run.place
  const validated = new Set<number>()
  const print = (input: unknown, value: unknown): Promise<void> | undefined =>
    run.output.write(answerOf(input, value, mapping))
  const call = (input: unknown, args: readonly unknown[]): Promise<void> | undefined => {
    const result = func.exec(args, key, placeOf)
    return result instanceof Promise ? result.then(value => print(input, value)) : print(input, result)
  }
  await eachLine(run, line => {
    const input = readLine(line)
    const args = argumentsOf(input, mapping)
    if (validated.has(args.length)) return call(input, args)
    return func.validate(args).then(() => {
      validated.add(args.length)
      return call(input, args)
    })
  })
}

function argumentsOf(input: unknown, { args }: Mapping): readonly unknown[] {
  if (args === undefined) {
    if (Array.isArray(input)) return input
    throw new UsageError(
      'the line must be a JSON array of arguments; for rows, name the fields with "--args"',
    )
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new UsageError('with "--args" the line must be a row: a JSON object')
  }
  // It was just seen to be an object of JSON.
  const row = input as Row
  return args.map(field => (Object.hasOwn(row, field) ? row[field] : null))
}

function answerOf(input: unknown, result: unknown, { args, as }: Mapping): string {
  const value = result === undefined ? null : result
  // With named arguments the input was seen to be a row.
  return encodeJson(args === undefined ? value : { ...(input as Row), [as]: value })
}

/**
 * Runs something for each line; a line that fails is reported with its number, and the rest goes on. What it waits for
 * ends with the signal: a terminal may never say another line, and a plugin may hang.
 */
async function eachLine(run: LocalRun, act: (line: string) => unknown): Promise<void> {
  const waits = new Waits(run.signal)
  const lines = linesOf(run.stdin)
  let number = 0
  for (;;) {
    const next = await waits.until(lines.next()).catch(unreadable)
    if (next === undefined || next.done) return
    for (const line of next.value) {
      number += 1
      if (line.trim() === '') continue
      try {
        const work = act(line)
        if (work instanceof Promise) await waits.until(work)
        if (run.signal.aborted) return
        run.count.rows += 1
      } catch (error) {
        run.failed(error, number)
        if (run.strict || run.signal.aborted) return
      }
    }
  }
}

function unreadable(error: unknown): never {
  if (!isSystemError(error)) throw error
  throw new UsageError(`Cannot read standard input: ${systemReason(error)}`, { cause: error })
}
