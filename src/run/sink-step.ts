import type { RunningSink } from '../runtime/sink.js'
import { readLine } from './each-line.js'
import type { LocalRun } from './local-run.js'
import type { Current } from './replacement.js'

/** Passes lines to a sink. Each line is the JSON of an item. */
export const sinkStep =
  (run: LocalRun, name: string, sink: Current<RunningSink>) =>
  (line: string): Promise<void> | undefined => {
    const item = readLine(line)
    const refuse = (error: unknown): never => {
      run.refused(name, line, error)
      throw error
    }
    try {
      const work = sink.use(current => current.collect(item))
      return work instanceof Promise ? run.pending.until(work).catch(refuse) : undefined
    } catch (error) {
      return refuse(error)
    }
  }
