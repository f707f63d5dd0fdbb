import type { Advice } from '../problem/advice.js'

/** The result of a check, without the name of the check. */
export type Found = Omit<Advice, 'check'>

/** Searches the facts for one kind of fault. */
export interface Check<Facts> {
  name: string
  look: (facts: Facts) => Found[]
}

/** Runs all checks. */
export const findingsOf = <Facts>(checks: readonly Check<Facts>[], facts: Facts): Advice[] =>
  checks.flatMap(({ name, look }) => look(facts).map(found => ({ check: name, ...found })))
