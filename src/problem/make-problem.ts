import { type Code, codes } from './codes.js'
import type { Problem } from './problem.js'

/** A problem of a code with the severity that the code has; `remedy` is the part of the sentence that says what would do. */
export function makeProblem(code: Code, message: string, remedy?: string): Problem {
  return { code, severity: codes[code].severity, message, ...(remedy === undefined ? {} : { remedy }) }
}

/** The same, where the sentence is what is wrong and then the remedy. */
export const withRemedy = (code: Code, wrong: string, remedy: string): Problem =>
  makeProblem(code, `${wrong}: ${remedy}`, remedy)
