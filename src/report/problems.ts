import { groupBy } from '../plugin/group.js'
import { compareProblems, isError, type Problem, sentenceOf } from '../problem/problem.js'
import { printable, printableLines } from './printable.js'
import type { Style } from './style.js'
import { counted } from './table.js'

/**
 * `file:line:column: severity: message [code]` for each problem, with the remedy below, ordered by file, with a blank
 * line between files.
 */
export function problemsAsText(problems: readonly Problem[], style: Style): string {
  const byFile = groupBy(problems.toSorted(compareProblems), problem => problem.file ?? '')
  return [...byFile.values()].map(group => group.map(problem => asLine(problem, style)).join('')).join('\n')
}

function asLine(problem: Problem, style: Style): string {
  const { file, line, column, code, remedy } = problem
  const place = [file === undefined ? undefined : printable(file), line, column]
    .filter(part => part !== undefined)
    .join(':')
  const severity = isError(problem) ? style.red('error') : style.yellow('warning')
  const advice = remedy === undefined ? '' : `  ${printableLines(remedy)}\n`
  return `${place === '' ? '' : `${style.bold(place)}: `}${severity}: ${printableLines(sentenceOf(problem))} ${style.dim(`[${code}]`)}\n${advice}`
}

/** `2 errors and 1 warning in 2 files`. */
export function problemCount(problems: readonly Problem[]): string {
  const errors = problems.filter(isError).length
  const warnings = problems.length - errors
  const parts = [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ]
  const files = new Set(problems.flatMap(({ file }) => (file === undefined ? [] : [file]))).size
  return parts.join(' and ') + (files > 0 ? ` in ${counted(files, 'file')}` : '')
}
