import { setSourceMapsEnabled } from 'node:process'
import { addAbortSignal } from 'node:stream'
import type { Command } from 'commander'
import type { Kind } from '../plugin/kind.js'
import { isUsageError, UsageError } from '../errors/usage-error.js'
import { failureAsText } from '../report/failure.js'
import { RunningFunction } from '../runtime/function.js'
import { LineWriter } from '../run/lines.js'
import { feedSink, type LocalRun, mapLines, printSource } from '../run/run.js'
import { importPlugin, type Plugin } from '../runtime/plugin.js'
import { RunningSink } from '../runtime/sink.js'
import { kindFrom, nameFrom } from './arguments.js'
import { untilInterrupted } from './interrupt.js'
import type { ExitCode, Io } from '../io.js'
import { LocalHost } from './local-host.js'
import { freshLine, showProgress } from './progress.js'
import { readProps } from './props.js'
import { type Changes, withReplaceable } from '../run/replaceable.js'
import { builtFile, type Target, targetFor } from './run-target.js'

interface RunOptions {
  plugins?: string
  version?: string
  datasource: string
  prop: string[]
  props?: string
  rule: string
  meta?: boolean
  limit: number
  args?: string[]
  as?: string
  state?: string
  checkpoint?: number | 'always' | 'off'
  strict?: boolean
  watch?: boolean
}

export function define(command: Command): void {
  command
    .argument('<kind>', 'source, sink or function')
    .argument('<name>', "the plugin's name or symbol")
    .option('--plugins <dir>', "another plugins folder than the project's")
    .option('--version <version>', 'another version than the one in effect')
    .option('--datasource <text>', "a source's DATASOURCE", '')
    .option('--prop <key=value>', 'a property; the value is JSON where it parses', gathered, [])
    .option('--props <file>', 'properties from a JSON or YAML file')
    .option('--rule <id>', 'the rule that the state belongs to', 'local')
    .option('--meta', 'print rows with their metadata')
    .option('--limit <n>', 'end a source after so many rows', wholeNumber, Infinity)
    .option('--args <fields>', 'read rows, and take these fields as arguments', fields)
    .option('--as <field>', 'the field that takes the answer: "result" unless told')
    .option('--state <store>', 'memory, file:DIR or redis://HOST:PORT/PREFIX')
    .option(
      '--checkpoint <ms>',
      'how often the state is synced to disk: milliseconds, always or off',
      checkpoint,
    )
    .option('--strict', 'end at the first line or row that fails')
    .option('--watch', 'build again on changes, and go on with the new plugin and the old state')
}

export async function run(
  io: Io,
  [kindText, nameText]: [string, string],
  options: RunOptions,
): Promise<ExitCode> {
  const kind = kindFrom(kindText)
  const name = nameFrom(nameText)
  refuseMisplaced(kind, options)
  const props = await readProps(io.cwd(), options.props, options.prop)
  const target = targetFor(io, kind, name, options)
  setSourceMapsEnabled(true)
  return untilInterrupted(io, interrupted => runTarget(io, target, props, options, interrupted))
}

async function runTarget(
  io: Io,
  target: Target,
  props: Record<string, unknown>,
  options: RunOptions,
  interrupted: AbortSignal,
): Promise<ExitCode> {
  const ended = new AbortController()
  // Nobody reads any more, as in `| head`.
  io.stdout.once('error', () => ended.abort())
  const signal = AbortSignal.any([interrupted, ended.signal])
  const built = await builtFile(io, target, signal)
  if (typeof built === 'number') return built
  const host = new LocalHost(io, target, options, signal)
  const local = localRun(io, host, options, signal)
  const uncaught = (error?: unknown): void => {
    local.failed(error, undefined)
    ended.abort()
  }
  const hideProgress = showProgress(io, local.count, target.kind !== 'sink')
  io.on('uncaughtException', uncaught)
  try {
    await host.checkState()
    const plugin = await importPlugin(built.file, target.kind, target.name.symbol)
    const changes =
      options.watch && target.project
        ? (await import('./run-watch.js')).watchTarget(io, target, target.project, signal)
        : undefined
    await runners[target.kind]({ local, plugin, props, options }, changes)
    await local.output.flush()
  } catch (error) {
    void local.output.flush()
    if (isUsageError(error)) throw error
    local.failed(error, undefined)
  } finally {
    io.off('uncaughtException', uncaught)
    hideProgress()
    await host.close()
  }
  return local.count.failed > 0 ? 1 : 0
}

function localRun(io: Io, host: LocalHost, options: RunOptions, signal: AbortSignal): LocalRun {
  const count = { rows: 0, failed: 0 }
  return {
    host,
    place: { ruleId: options.rule, opId: 'local', instanceId: 0, funcId: 0 },
    get stdin() {
      // A terminal that is still read from would keep the process from ending. Rows are bytes or text, whatever
      // the stream was set to.
      return addAbortSignal(signal, io.stdin) as AsyncIterable<Buffer | string>
    },
    output: new LineWriter(io.stdout),
    signal,
    strict: options.strict === true,
    count,
    failed(error, line) {
      count.failed += 1
      const place = line === undefined ? '' : `Line ${line}: `
      io.stderr.write(`${freshLine(io)}${place}${failureAsText(error, io.cwd())}\n`)
    },
  }
}

interface Session {
  local: LocalRun
  plugin: Plugin
  props: Record<string, unknown>
  options: RunOptions
}

type Runner = (session: Session, changes: Changes | undefined) => Promise<void>

const runners: Record<Kind, Runner> = {
  async source({ local, plugin, props, options }, changes) {
    const { datasource: dataSource, limit, meta = false } = options
    const print = (current: Plugin, signal: AbortSignal): Promise<void> =>
      printSource({ ...local, signal }, current, { dataSource, props }, { meta, limit })
    await (changes ? changes.restart(plugin, local.signal, print) : print(plugin, local.signal))
  },

  async sink({ local, plugin, props }, changes) {
    const start = (current: Plugin): Promise<RunningSink> =>
      RunningSink.start(current, local.place, props, local.host, local.signal)
    await withReplaceable(plugin, start, changes, sink =>
      feedSink(local, { collect: data => sink.use(current => current.collect(data)) }),
    )
  },

  async function({ local, plugin, options: { args, as = 'result' } }, changes) {
    const start = (current: Plugin): RunningFunction => new RunningFunction(current, local.host)
    await withReplaceable(plugin, start, changes, func => {
      const validate: RunningFunction['validate'] = given => func.use(current => current.validate(given))
      const exec: RunningFunction['exec'] = (...call) => func.use(current => current.exec(...call))
      return mapLines(local, { validate, exec }, { args, as })
    })
  },
}

/** An option that another kind has is a slip worth telling: it would be without effect. */
function refuseMisplaced(kind: Kind, options: RunOptions): void {
  const misplaced: [boolean, readonly Kind[], string][] = [
    [options.meta === true, ['source'], '--meta'],
    [options.limit !== Infinity, ['source'], '--limit'],
    [options.datasource !== '', ['source'], '--datasource'],
    [options.prop.length > 0, ['source', 'sink'], '--prop'],
    [options.props !== undefined, ['source', 'sink'], '--props'],
    [options.args !== undefined, ['function'], '--args'],
    [options.as !== undefined, ['function'], '--as'],
  ]
  const slip = misplaced.find(([given, of]) => given && !of.includes(kind))
  if (slip)
    throw new UsageError(`Option "${slip[2]}" is for a ${slip[1].join(' or ')}: leave it out for a ${kind}`)
  if (options.as !== undefined && options.args === undefined) {
    throw new UsageError('Option "--as" goes with "--args": name the fields that are the arguments')
  }
}

const gathered = (value: string, before: string[]): string[] => [...before, value]

const fields = (text: string): string[] => text.split(',').map(field => field.trim())

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  throw new UsageError(`Option "--limit" takes a whole number, got "${text}"`)
}

function checkpoint(text: string): number | 'always' | 'off' {
  if (text === 'always' || text === 'off') return text
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new UsageError(`Option "--checkpoint" takes milliseconds, "always" or "off", got "${text}"`)
}
