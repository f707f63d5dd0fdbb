import type { RunningSink } from '../runtime/sink.js'
import { eachLine, readLine } from './each-line.js'
import type { LocalRun } from './local-run.js'

/** Feeds rows, one JSON value a line, to a sink. */
export async function feedSink(run: LocalRun, sink: Pick<RunningSink, 'collect'>): Promise<void> {
  await eachLine(run, line => {
    const work = sink.collect(readLine(line))
    return work instanceof Promise ? run.pending.until(work) : undefined
  })
}
