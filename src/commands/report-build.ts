import { isError, type Problem } from '../problem/problem.js'
import type { BuildResult } from '../build/build.js'
import { builtAsText, totalAsText } from '../report/build.js'
import { problemCount } from '../report/problems.js'
import type { ExitCode, Io } from '../io.js'
import { sayProblems } from './say.js'

/** Files go to standard output; messages and problems go to standard error. */
export function reportBuild(io: Io, result: BuildResult, time: number, json = false): ExitCode {
  const { built, problems, removed } = result
  reportProblems(io, problems)
  if (problems.some(isError)) return 1
  if (!json) io.stdout.write(builtAsText(built))
  io.stderr.write(totalAsText(built, removed, time))
  return 0
}

export function reportProblems(io: Io, problems: readonly Problem[]): void {
  if (problems.length === 0) return
  const consequence = problems.some(isError) ? ': no file was changed' : ''
  sayProblems(io, problems)
  io.stderr.write(`\n${problemCount(problems)}${consequence}\n`)
}
