import { setSourceMapsEnabled } from 'node:process'
import { addAbortSignal } from 'node:stream'
import type { Command } from 'commander'
import { isUsageError, UsageError } from '../errors/usage-error.js'
import type { ExitCode, Io } from '../io.js'
import type { Kind } from '../plugin/kind.js'
import { failureAsText } from '../report/failure.js'
import { Failures } from '../run/failures.js'
import { feedSink } from '../run/feed-sink.js'
import type { LineWriter } from '../run/lines.js'
import type { LocalRun } from '../run/local-run.js'
import { mapLines } from '../run/map-lines.js'
import { PendingCall } from '../run/pending-call.js'
import { endProcess, guardExit, reserveStdout } from '../run/process.js'
import { type Builds, withReplacement } from '../run/replacement.js'
import { printCurrent, SourceRun } from '../run/source-run.js'
import { supervise } from '../run/supervise.js'
import { RunningFunction } from '../runtime/function.js'
import { importPlugin, type Plugin } from '../runtime/plugin.js'
import { RunningSink } from '../runtime/sink.js'
import { kindFrom, nameFrom } from './arguments.js'
import { inspectIfAsked, isInspected } from './inspecting.js'
import { untilInterrupted } from './interrupt.js'
import { LocalHost } from './local-host.js'
import { freshLine, showProgress } from './progress.js'
import { readProps } from './props.js'
import { defineOptions, refuseMisplaced, type RunOptions } from './run-options.js'
import { builtFile, type Target, targetFor } from './run-target.js'
import { RunStaging } from './staging.js'

export function define(command: Command): void {
  command.argument('<kind>', 'source, sink or function').argument('<name>', 'name or symbol of the plugin')
  defineOptions(command)
}

export async function run(
  io: Io,
  [kindText, nameText]: [string, string],
  options: RunOptions,
): Promise<ExitCode> {
  const kind = kindFrom(kindText)
  const name = nameFrom(nameText)
  refuseMisplaced(kind, options)
  const props = await readProps(io.cwd(), options.props, options.prop ?? [])
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
  const signal = AbortSignal.any([interrupted, ended.signal])
  const built = await builtFile(io, target, signal)
  if (typeof built === 'number') return built
  // Nobody reads any more, as in `| head`.
  io.stdout.once('error', () => ended.abort())
  const host = new LocalHost(io, target, options, signal)
  const failures = new Failures(text => io.stderr.write(freshLine(io) + text))
  const staging = new RunStaging(io, target)
  const openBefore = io.getActiveResourcesInfo()
  const exit = guardExit(io)
  const local = localRun(io, { host, options, signal, failures, output: reserveStdout(io) })
  const timer = limitTime(local, target.kind, options, () => ended.abort())
  const hideProgress = showProgress(io, local.count, target.kind !== 'sink')
  try {
    await supervise(
      io,
      local,
      () => ended.abort(),
      async () => {
        await host.checkState()
        const file = staging.stage(built.file)
        await inspectIfAsked(options, file)
        const plugin = await importPlugin(file, target.kind, target.name.symbol)
        const builds =
          options.watch && target.project
            ? (await import('./run-watch.js')).watchTarget(io, target, target.project, staging, signal)
            : undefined
        await runners[target.kind]({ local, plugin, props, options }, builds)
      },
    )
  } catch (error) {
    if (isUsageError(error)) throw error
    local.failed(error, undefined)
  } finally {
    clearTimeout(timer)
    await local.output.flush()
    // A terminal that is still read from would keep the process alive.
    ended.abort()
    hideProgress()
    failures.finish()
    await host.close()
    staging.leave()
    endProcess(io, exit, openBefore, error => io.stderr.write(`${failureAsText(error, io.cwd())}\n`))
  }
  return local.count.failed > 0 ? 1 : 0
}

interface Parts {
  host: LocalHost
  options: RunOptions
  signal: AbortSignal
  failures: Failures
  output: LineWriter
}

function localRun(io: Io, { host, options, signal, failures, output }: Parts): LocalRun {
  const count = { rows: 0, failed: 0 }
  return {
    host,
    place: { ruleId: options.rule, opId: 'local', instanceId: 0, funcId: 0 },
    get stdin() {
      // Rows are bytes or text, whatever the stream was set to.
      return addAbortSignal(signal, io.stdin) as AsyncIterable<Buffer | string>
    },
    output,
    signal,
    strict: options.strict === true,
    count,
    // Whoever steps through a call takes longer than any limit.
    pending: new PendingCall(isInspected(options) ? 0 : undefined),
    tick() {},
    failed(error, line) {
      count.failed += 1
      failures.add(failureAsText(error, io.cwd()), line === undefined ? '' : `Line ${line}: `)
    },
  }
}

/** Ends the run after its time. Whatever was still expected then is a failure: rows of a limit, or lines of the input. */
function limitTime(
  local: LocalRun,
  kind: Kind,
  { timeout, limit }: RunOptions,
  stop: () => void,
): NodeJS.Timeout | undefined {
  if (timeout === undefined) return undefined
  const end = (): void => {
    if (local.signal.aborted) return
    const expected = kind === 'source' ? limit !== undefined : true
    if (expected) local.failed(new UsageError(`The run did not end within ${timeout} s`), local.pending.line)
    stop()
  }
  const latest = performance.now() + timeout * 1000
  local.tick = () => {
    if (performance.now() >= latest) end()
  }
  return setTimeout(end, timeout * 1000).unref()
}

interface Session {
  local: LocalRun
  plugin: Plugin
  props: Record<string, unknown>
  options: RunOptions
}

type Runner = (session: Session, builds: Builds | undefined) => Promise<void>

const runners: Record<Kind, Runner> = {
  async source({ local, plugin, props, options }, builds) {
    const { datasource: dataSource = '', limit = Infinity, meta = false } = options
    const printing = { settings: { dataSource, props }, meta, limit }
    const start = (current: Plugin): SourceRun => new SourceRun(local, current, printing)
    await withReplacement(plugin, start, builds, source => printCurrent(source, builds, local.signal))
  },

  async sink({ local, plugin, props }, builds) {
    const start = (current: Plugin): Promise<RunningSink> =>
      RunningSink.start(current, local.place, props, local.host, local.signal)
    await withReplacement(plugin, start, builds, sink =>
      feedSink(local, { collect: data => sink.use(current => current.collect(data)) }),
    )
  },

  async function({ local, plugin, options: { args, as = 'result' } }, builds) {
    const start = (current: Plugin): RunningFunction => new RunningFunction(current, local.host)
    await withReplacement(plugin, start, builds, func => {
      const validate: RunningFunction['validate'] = given => func.use(current => current.validate(given))
      const exec: RunningFunction['exec'] = (given, key, placeOf) =>
        func.use(current => current.exec(given, key, placeOf))
      return mapLines(local, { validate, exec }, { args, as })
    })
  },
}
