import { cannot } from '../errors/cannot.js'
import { parseJson } from '../data/parse.js'
import { UsageError } from '../errors/usage-error.js'
import { messageOf } from '../errors/reason.js'
import { Waits } from '../waiting/abort.js'
import type { LocalRun } from './local-run.js'

/**
 * Runs an action for each line. If a line fails, it reports the line number and continues with the next line. The
 * signal ends all waiting: a terminal may never send another line, and a plugin may hang.
 */
export async function eachLine(run: LocalRun, act: (line: string) => unknown): Promise<void> {
  const waits = new Waits(run.signal)
  const lines = run.lines(run.signal)
  let number = 0
  for (;;) {
    const next = await waits.until(lines.next()).catch((error: unknown) => {
      throw cannot('read standard input', error)
    })
    if (next === undefined || next.done) return
    for (const line of next.value) {
      number += 1
      if (isBlank(line)) continue
      run.pending.line = number
      try {
        const work = act(line)
        if (work instanceof Promise) await waits.until(work)
        if (run.signal.aborted) return
        run.count.rows += 1
      } catch (error) {
        run.failed(error, number)
        if (run.strict || run.signal.aborted) return
      }
      run.pending.line = undefined
    }
  }
}

const space = 32

const isBlank = (line: string): boolean => !(line.charCodeAt(0) > space) && line.trim() === ''

/** The value of a line. A line that is not JSON is an error of the input, not of the plugin. */
export function readLine(line: string): unknown {
  try {
    return parseJson(line)
  } catch (error) {
    throw new UsageError(
      `The line is not JSON: ${messageOf(error)}; write one JSON value per line, with texts in quotes`,
      { cause: error },
    )
  }
}
