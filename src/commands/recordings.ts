import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Command } from 'commander'
import { attempt } from '../errors/cannot.js'
import { UsageError } from '../errors/usage-error.js'
import type { Io } from '../io.js'
import type { PluginId } from '../plugin/plugin-id.js'
import { Recorder } from '../run/recorder.js'
import type { Replay } from '../run/replay.js'
import { DeadLetters } from '../runtime/dead-letters.js'
import { numeric, positive } from './arguments.js'

/** The options of commands that record and replay rows. */
export interface Recordings {
  record?: string
  replay?: string
  speed?: number
  deadLetters?: string
}

export function defineRecordings(command: Command): void {
  command
    .option(
      '--dead-letters <file>',
      'keep the rows that a sink refuses, with the reason; "--replay" reads them',
    )
    .option('--record <file>', 'record the rows with their times in a file')
    .option('--replay <file>', 'replay a recording instead of standard input; with --watch, for each build')
    .option(
      '--speed <factor>',
      'replay at this multiple of the speed, or without pauses with "max"; default: 1',
      speedFrom,
    )
}

export function recorderFor(
  io: Io,
  file: string | undefined,
  say: (sentence: string) => void,
): Recorder | undefined {
  return file === undefined ? undefined : new Recorder(path.resolve(io.cwd(), file), say)
}

/** The file of the option "--dead-letters"; undefined without it. */
export const deadLettersFor = (
  io: Io,
  file: string | undefined,
  say: (sentence: string) => void,
): DeadLetters | undefined =>
  file === undefined ? undefined : new DeadLetters(path.resolve(io.cwd(), file), say)

/** The rows to replay. For a recording of rows that sinks refused, only the rows of the sink that runs. */
export function replayFor(
  io: Io,
  sink: PluginId | undefined,
  { replay, speed = 1 }: Recordings,
): Replay | undefined {
  if (replay === undefined) {
    if (speed !== 1) throw new UsageError('Cannot use option "--speed" without "--replay": name a recording')
    return undefined
  }
  const file = path.resolve(io.cwd(), replay)
  // A command that runs for long reports a wrong file before it starts.
  attempt(`replay ${file}`, () => fs.accessSync(file, fs.constants.R_OK))
  return {
    file,
    speed,
    wanted: facts => sink?.kind !== 'sink' || facts?.sink === undefined || facts.sink === sink.name,
  }
}

const factor = numeric('speed', positive, 'a factor, such as 10, or "max"')

const speedFrom = (text: string): number => (text === 'max' ? Infinity : factor(text))
