import * as fs from 'node:fs'
import { cannot } from '../errors/cannot.js'
import { decodeRecordedRow, type RowFacts } from '../data/recorded-row.js'
import { messageOf } from '../errors/reason.js'
import { UsageError } from '../errors/usage-error.js'
import { sleep } from '../waiting/abort.js'
import { linesOf } from './lines.js'

export interface Replay {
  file: string
  /** Multiple of the recorded speed. `Infinity` means no pauses. */
  speed: number
  /** Whether a row is replayed. */
  wanted?: (facts: RowFacts | undefined) => boolean
}

/** The rows of a recording as lines, with the pauses between them. */
export async function* replayed(
  { file, speed, wanted = () => true }: Replay,
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  const clock = new Clock(speed)
  let number = 0
  for await (const lines of linesOf(streamOf(file), { subject: file })) {
    for (const line of lines) {
      number += 1
      const { facts, row } = decoded(line, `${file}:${number}`)
      if (row.trim() === '' || !wanted(facts)) continue
      const pause = clock.pauseBefore(facts?.time)
      if (pause > 0) await sleep(pause, signal)
      if (signal.aborted) return
      yield [row]
    }
  }
}

function decoded(line: string, place: string): ReturnType<typeof decodeRecordedRow> {
  try {
    return decodeRecordedRow(line)
  } catch (error) {
    throw new UsageError(`Cannot replay ${place}: ${messageOf(error)}`, { cause: error })
  }
}

async function* streamOf(file: string): AsyncGenerator<Buffer> {
  try {
    yield* fs.createReadStream(file) as AsyncIterable<Buffer>
  } catch (error) {
    throw cannot(`replay ${file}`, error)
  }
}

/** The pauses of a recording: the first row has none. */
class Clock {
  readonly #speed: number
  #start: { recorded: number; now: number } | undefined

  constructor(speed: number) {
    this.#speed = speed
  }

  /** Milliseconds to wait before a row. If the clock was set back, there is no pause. */
  pauseBefore(time: number | undefined): number {
    if (time === undefined || this.#speed === Infinity) return 0
    const now = performance.now()
    this.#start ??= { recorded: time, now }
    return this.#start.now + (time - this.#start.recorded) / this.#speed - now
  }
}
