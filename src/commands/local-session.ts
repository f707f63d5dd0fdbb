import { setSourceMapsEnabled } from 'node:process'
import { addAbortSignal } from 'node:stream'
import { messageOf } from '../errors/reason.js'
import { isUsageError, UsageError } from '../errors/usage-error.js'
import type { ExitCode, Io } from '../io.js'
import { failureAsText } from '../report/failure.js'
import { Failures } from '../run/failures.js'
import { linesOf, type LineWriter } from '../run/lines.js'
import type { LocalRun } from '../run/local-run.js'
import { PendingCall } from '../run/pending-call.js'
import { endProcess, guardExit, reserveStdout } from '../run/process.js'
import type { Recorder } from '../run/recorder.js'
import { type Replay, replayed } from '../run/replay.js'
import { supervise } from '../run/supervise.js'
import type { DeadLetters } from '../runtime/dead-letters.js'
import { type Inspecting, isInspected } from './inspecting.js'
import { LocalHost } from './local-host.js'
import { showProgress } from './progress.js'
import { deadLettersFor, recorderFor } from './recordings.js'
import type { Target } from './run-target.js'
import { RunStaging } from './staging.js'
import { type Terminal, terminalFor } from './terminal.js'

interface SessionOptions extends Inspecting {
  rule?: string
  state?: string
  checkpoint?: number | 'always' | 'off'
  strict?: boolean
  timeout?: number
  record?: string
  deadLetters?: string
  /** The rows to replay instead of standard input. */
  played?: Replay | undefined
}

interface Setting {
  home: Pick<Target, 'project' | 'folder'>
  options: SessionOptions
  /** Whether rows are printed on standard output. */
  printsRows: boolean
  /** Whether a timeout is a failure, because expected rows or lines are missing. */
  expects: boolean
  interrupted: AbortSignal
  /** Whether there are several plugins, so that each line of a log names its own. */
  several?: boolean
  /** Whether everything is printed as events. */
  json?: boolean
}

/** A run of plugins in this process. */
export interface LocalSession extends LocalRun {
  readonly host: LocalHost
  readonly terminal: Terminal
  /** Adds a row to the recording, and prints it, or another text for it, unless a sink takes the rows. */
  readonly print: (row: string, shown?: string) => Promise<void> | undefined
  /** Where the built file of a plugin is loaded from. */
  stage(target: Target, file: string): string
}

/** Runs plugins in this process. The process exits after them, whatever they leave open. */
export async function inLocalSession(
  io: Io,
  setting: Setting,
  act: (session: LocalSession) => Promise<void>,
): Promise<ExitCode> {
  const { options, interrupted } = setting
  setSourceMapsEnabled(true)
  const ended = new AbortController()
  const signal = AbortSignal.any([interrupted, ended.signal])
  // Nobody reads the output any more, as in `| head`.
  io.stdout.once('error', () => ended.abort())
  const output = reserveStdout(io)
  const terminal = terminalFor(io, setting.json, line => output.write(line))
  const host = new LocalHost(io, setting, terminal, signal)
  const failures = new Failures(text => terminal.failed(text.trimEnd()))
  const recorder = recorderFor(io, options.record, terminal.note)
  const letters = deadLettersFor(io, options.deadLetters, terminal.note)
  const stagings = new Map<string, RunStaging>()
  const openBefore = io.getActiveResourcesInfo()
  const exit = guardExit(io)
  const session = sessionOf(io, {
    host,
    output,
    terminal,
    setting,
    signal,
    failures,
    recorder,
    letters,
    stagings,
  })
  const timer = limitTime(session, options.timeout, setting.expects, () => ended.abort())
  const hideProgress = showProgress(io, session.count, setting.printsRows)
  try {
    await supervise(
      io,
      session,
      () => ended.abort(),
      () => act(session),
    )
  } catch (error) {
    if (isUsageError(error)) throw error
    session.failed(error, undefined)
  } finally {
    clearTimeout(timer)
    await session.output.flush()
    // A terminal that is still being read would keep the process alive.
    ended.abort()
    hideProgress()
    failures.finish()
    recorder?.close()
    await host.close()
    for (const staging of stagings.values()) staging.leave()
    endProcess(io, exit, openBefore, error => io.stderr.write(`${failureAsText(error, io.cwd())}\n`))
  }
  return session.count.failed > 0 ? 1 : 0
}

interface Parts {
  host: LocalHost
  output: LineWriter
  terminal: Terminal
  setting: Setting
  signal: AbortSignal
  failures: Failures
  recorder: Recorder | undefined
  letters: DeadLetters | undefined
  stagings: Map<string, RunStaging>
}

function sessionOf(
  io: Io,
  { host, output, terminal, setting, signal, failures, recorder, letters, stagings }: Parts,
): LocalSession {
  const { options, printsRows } = setting
  const count = { rows: 0, failed: 0 }
  return {
    host,
    place: { ruleId: options.rule ?? 'local', opId: 'local', instanceId: 0, funcId: 0 },
    lines: until =>
      options.played
        ? replayed(options.played, until)
        : // Lines are bytes or text, whatever the encoding of the stream.
          linesOf(addAbortSignal(until, io.stdin) as AsyncIterable<Buffer | string>),
    output,
    terminal,
    signal,
    strict: options.strict === true,
    count,
    // Stepping through a call in a debugger takes longer than any limit.
    pending: new PendingCall(isInspected(options) ? 0 : undefined),
    tick() {},
    failed(error, place) {
      count.failed += 1
      failures.add(failureAsText(error, io.cwd()), placeAsText(place))
    },
    refused(sink, line, error) {
      letters?.keep({ rule: options.rule ?? 'local', sink, reason: messageOf(error) }, line)
    },
    print(row, shown = row) {
      recorder?.add(row)
      return printsRows ? terminal.row(shown) : undefined
    },
    stage(target, file) {
      const key = `${target.kind} ${target.name.name}`
      const staging = stagings.get(key) ?? new RunStaging(io, target)
      stagings.set(key, staging)
      return staging.stage(file)
    },
  }
}

const placeAsText = (place: number | string | undefined): string =>
  place === undefined ? '' : `${typeof place === 'number' ? `Line ${place}` : place}: `

/** Ends the run after the timeout. The run fails if rows of a limit, or lines of the input, are still expected. */
function limitTime(
  session: LocalRun,
  timeout: number | undefined,
  expects: boolean,
  stop: () => void,
): NodeJS.Timeout | undefined {
  if (timeout === undefined) return undefined
  const end = (): void => {
    if (session.signal.aborted) return
    if (expects)
      session.failed(new UsageError(`The run did not end within ${timeout} s`), session.pending.line)
    stop()
  }
  const latest = performance.now() + timeout * 1000
  session.tick = () => {
    if (performance.now() >= latest) end()
  }
  return setTimeout(end, timeout * 1000).unref()
}

/** Runs something as a separate run: state in memory is new. */
export async function inNewSession(
  io: Io,
  setting: Setting,
  session: LocalSession,
  signal: AbortSignal,
  act: (session: LocalSession) => Promise<void>,
): Promise<void> {
  const host = new LocalHost(io, setting, session.terminal, signal)
  try {
    await host.checkState()
    await act({ ...session, host, signal })
  } finally {
    await host.close()
  }
}
