import type { RulePlace } from '../plugin/rule-place.js'
import type { Host } from '../runtime/host.js'
import type { PendingCall } from './pending-call.js'

/** One run of a plugin on standard input and output. Sources, sinks and functions share it. */
export interface LocalRun {
  host: Host
  place: RulePlace
  /** The lines of the input, until the signal aborts. */
  lines(signal: AbortSignal): AsyncGenerator<string[]>
  /** Aborts on Ctrl-C, at the time limit, and when nobody reads the output any more. */
  signal: AbortSignal
  /** Ends the run when a row or line fails. */
  strict: boolean
  /** The number of rows and failures so far. */
  count: { rows: number; failed: number }
  /** The call that the run waits for. */
  pending: PendingCall
  /** Ends the run if its time is over. For code that keeps timers from running. */
  tick(): void
  /** Keeps a line that a sink has refused. */
  refused(sink: string, line: string, error: unknown): void
  /** Reports the failure of one line, of a plugin such as `function wordCount`, or of a row of a source. */
  failed(error: unknown, place: number | string | undefined): void
}
