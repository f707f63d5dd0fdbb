import { overlaps } from '../plugin/engine-range.js'
import { groupBy } from '../plugin/group.js'
import type { Severity } from './codes.js'
import { isError, type Problem, sentenceOf } from './problem.js'
import type { Ignores } from './ignores.js'

/** The severity that a project gives to a code, or `off`. */
export type Rules = Readonly<Record<string, Severity | 'off'>>

/** Applies a project's rules to problems, and leaves out those that the rules or their own file turn off. */
export function applyRules(
  problems: readonly Problem[],
  rules: Rules,
  ignoresOf: (file: string) => Ignores | undefined,
): Problem[] {
  return problems.flatMap(problem => {
    const { code, file } = problem
    const grade = rules[code] ?? problem.severity
    const ignored = file !== undefined && ignoresOf(file)?.codes.has(code)
    return grade === 'off' || ignored ? [] : [{ ...problem, severity: grade }]
  })
}

/** Leaves out what holds only for versions of eKuiper that a package is not for. */
export const holdingFor = (engine: string | undefined, problems: readonly Problem[]): Problem[] =>
  problems.filter(({ versions }) => versions === undefined || overlaps(engine, versions))

/** Each problem once: of several with one sentence and code at one location, the first. */
export const withoutDoubles = (problems: readonly Problem[]): Problem[] =>
  [...groupBy(problems, identityOf).values()].map(([first]) => first)

const identityOf = (problem: Problem): string => {
  const { code, file, line, column } = problem
  return JSON.stringify([code, file, line, column, sentenceOf(problem)])
}

/** 1 if there are errors; `strict` counts warnings too. */
export const gradeOf = (problems: readonly Problem[], strict: boolean): 0 | 1 =>
  problems.some(problem => strict || isError(problem)) ? 1 : 0
