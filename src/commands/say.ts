import type { Io } from '../io.js'
import type { Problem } from '../problem/problem.js'
import { printable } from '../report/printable.js'
import { problemsAsText } from '../report/problems.js'
import { styleFor } from '../report/style.js'

/** Writes one sentence to standard error. Names and messages in it may contain any characters. */
export const say = (io: Io, sentence: string): void => void io.stderr.write(`${printable(sentence)}\n`)

/** Writes problems to standard error, if there are any. */
export function sayProblems(io: Io, problems: readonly Problem[]): void {
  if (problems.length === 0) return
  io.stderr.write(problemsAsText(problems, styleFor({ stream: io.stderr, env: io.env })))
}
