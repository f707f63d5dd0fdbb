import { setSourceMapsEnabled } from 'node:process'
import { addAbortSignal } from 'node:stream'
import { messageOf } from '../errors/reason.js'
import { isUsageError, UsageError } from '../errors/usage-error.js'
import type { ExitCode, Io } from '../io.js'
import { failureAsText } from '../report/failure.js'
import { Failures } from '../run/failures.js'
import { linesOf } from '../run/lines.js'
import type { LocalRun } from '../run/local-run.js'
import { PendingCall } from '../run/pending-call.js'
import { endProcess, guardExit, reserveStdout } from '../run/process.js'
import { inRounds, type Replaceable } from '../run/rounds.js'
import { type Replay, replayed } from '../run/replay.js'
import { supervise } from '../run/supervise.js'
import { isInspected } from './inspecting.js'
import { LocalHost } from './local-host.js'
import { showProgress } from './progress.js'
import { deadLettersFor, recorderFor } from './recordings.js'
import type { SessionOptions } from './run-options.js'
import type { Target } from './run-target.js'
import { RunStaging } from './staging.js'
import { type Terminal, terminalFor } from './terminal.js'

interface Setting {
  home: Pick<Target, 'project' | 'folder'>
  options: SessionOptions
  /** The rows to replay instead of standard input. */
  played: Replay | undefined
  /** Whether rows are printed on standard output. */
  printsRows: boolean
  /** Whether a timeout is a failure, because expected rows or lines are missing. */
  expects: boolean
  interrupted: AbortSignal
  /** Whether there are several plugins, so that each line of a log names its own. */
  several?: boolean
}

/** A run of plugins in this process. */
export interface LocalSession extends LocalRun {
  readonly host: LocalHost
  readonly terminal: Terminal
  /** Adds a row to the recording, and prints it, or another text for it, unless a sink takes the rows. */
  readonly print: (row: string, shown?: string) => Promise<void> | undefined
  /** Where the built file of a plugin is loaded from. */
  readonly stage: (target: Target, file: string) => string
  /** Prints what is left, and releases what the session holds. */
  close(): Promise<void>
}

/** Runs plugins in this process. The process exits after them, whatever they leave open. */
export async function inLocalSession(
  io: Io,
  setting: Setting,
  act: (session: LocalSession) => Promise<void>,
): Promise<ExitCode> {
  setSourceMapsEnabled(true)
  const ended = new AbortController()
  const stop = (): void => ended.abort()
  // Nobody reads the output any more, as in `| head`.
  io.stdout.once('error', stop)
  const session = sessionOf(io, setting, AbortSignal.any([setting.interrupted, ended.signal]))
  // The session has opened standard error, which is not the plugin's.
  const openBefore = io.getActiveResourcesInfo()
  const exit = guardExit(io)
  const timer = limitTime(session, setting, stop)
  const hideProgress = showProgress(io, session.count, setting.printsRows)
  try {
    await supervise(io, session, stop, () => act(session))
  } catch (error) {
    if (isUsageError(error)) throw error
    session.failed(error, undefined)
  } finally {
    clearTimeout(timer)
    // A terminal that is still being read would keep the process alive.
    stop()
    hideProgress()
    await session.close()
    endProcess(io, exit, openBefore, error => io.stderr.write(`${failureAsText(error, io.cwd())}\n`))
  }
  return session.count.failed > 0 ? 1 : 0
}

function sessionOf(io: Io, setting: Setting, signal: AbortSignal): LocalSession {
  const { options, played, printsRows } = setting
  const output = reserveStdout(io)
  const terminal = terminalFor(io, options.json, line => output.write(line))
  const host = new LocalHost(io, setting, terminal, signal)
  const failures = new Failures(text => terminal.failed(text.trimEnd()))
  const recorder = recorderFor(io, options.record, terminal.note)
  const letters = deadLettersFor(io, options.deadLetters, terminal.note)
  const staging = new RunStaging(io)
  const ruleId = options.rule ?? 'local'
  const count = { rows: 0, failed: 0 }
  return {
    host,
    place: { ruleId, opId: 'local', instanceId: 0, funcId: 0 },
    lines: until =>
      played
        ? replayed(played, until)
        : // Lines are bytes or text, whatever the encoding of the stream.
          linesOf(addAbortSignal(until, io.stdin) as AsyncIterable<Buffer | string>),
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
      letters?.keep({ rule: ruleId, sink, reason: messageOf(error) }, line)
    },
    print(row, shown = row) {
      recorder?.add(row)
      return printsRows ? terminal.row(shown) : undefined
    },
    stage: (target, file) => staging.stage(target, file),
    async close() {
      await output.flush()
      failures.finish()
      recorder?.close()
      await host.close()
      staging.leave()
    },
  }
}

const placeAsText = (place: number | string | undefined): string =>
  place === undefined ? '' : `${typeof place === 'number' ? `Line ${place}` : place}: `

/** Ends the run after the timeout. The run fails if rows of a limit, or lines of the input, are still expected. */
function limitTime(
  session: LocalRun,
  { options: { timeout }, expects }: Setting,
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

/**
 * Passes rows through stages. With a recording, it does so again with each new build, each time as a separate run: state
 * in memory is new.
 */
export async function play<S extends Replaceable>(
  io: Io,
  setting: Setting,
  session: LocalSession,
  stages: readonly S[],
  flow: (session: LocalSession, stages: readonly S[]) => Promise<void>,
): Promise<void> {
  if (setting.played === undefined) return flow(session, stages)
  await inRounds(stages, session.signal, async (current, signal) => {
    const host = new LocalHost(io, setting, session.terminal, signal)
    try {
      await host.checkState()
      await flow({ ...session, host, signal }, current)
    } finally {
      await host.close()
    }
  })
}
