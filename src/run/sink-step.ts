import type { RunningSink } from '../runtime/sink.js'
import { readLine } from './each-line.js'
import type { LocalRun } from './local-run.js'

/** Passes lines to a sink. Each line is the JSON of an item. */
export const sinkStep =
  (run: LocalRun, sink: Pick<RunningSink, 'collect'>) =>
  (line: string): Promise<void> | undefined => {
    const work = sink.collect(readLine(line))
    return work instanceof Promise ? run.pending.until(work) : undefined
  }
