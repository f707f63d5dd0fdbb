import { groupBy } from '../plugin/group.js'
import { compareProblems, isError, type Problem, sentenceOf } from '../problem/problem.js'
import type { Findings } from './findings.js'
import { printable, printableLines } from './printable.js'
import type { Style } from './style.js'

const indent = '  '
const widest = 100

/**
 * For people: each file once. Below it, for each problem: a line with position, severity and code, then the problem and
 * its remedy, wrapped.
 */
export function findingsAsText({ path, problems }: Findings, width: number, style: Style): string {
  const byFile = groupBy(problems.toSorted(compareProblems), problem => problem.file ?? path)
  return [...byFile]
    .map(
      ([file, group]) =>
        `${style.bold(printable(file))}\n${group.map(one => asText(one, width, style)).join('')}`,
    )
    .join('\n')
}

function asText(problem: Problem, width: number, style: Style): string {
  const { line, column, code, remedy, engine } = problem
  const place = line === undefined ? '' : `${line}:${column ?? 1}`
  const severity = isError(problem) ? style.red('error') : style.yellow('warning')
  const said = engine === undefined ? '' : wrapped(printableLines(`eKuiper answers: ${engine}`), width)
  const advice = remedy === undefined ? '' : wrapped(printableLines(remedy), width)
  return `${indent}${[place, severity, style.dim(code)].filter(Boolean).join('  ')}\n${wrapped(printableLines(sentenceOf(problem)), width)}${advice}${said}`
}

function wrapped(text: string, width: number): string {
  const room = Math.min(width, widest) - 2 * indent.length
  return text
    .split('\n')
    .flatMap(line => linesOf(line.trim(), room))
    .map(line => `${indent}${indent}${line}\n`)
    .join('')
}

/** Breaks lines at spaces. A word that is longer than a line gets its own line. */
function linesOf(text: string, room: number): string[] {
  const lines: string[] = []
  let current = ''
  for (const word of text.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > room) {
      lines.push(current)
      current = word
    } else current = current === '' ? word : `${current} ${word}`
  }
  return [...lines, current]
}
