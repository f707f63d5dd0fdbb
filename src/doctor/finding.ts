import type { Advice } from '../problem/advice.js'

/** What a check finds. */
export type Fault = Omit<Advice, 'check' | 'severity'>

/** Searches the facts for one kind of fault. */
export interface Check<Facts> {
  name: string
  severity: Advice['severity']
  look: (facts: Facts) => Fault[]
}

/** Runs all checks. */
export const findingsOf = <Facts>(checks: readonly Check<Facts>[], facts: Facts): Advice[] =>
  checks.flatMap(({ name: check, severity, look }) =>
    look(facts).map(fault => ({ check, severity, ...fault })),
  )

/** One fault or none. */
export const when = (isWrong: boolean, fault: Fault): Fault[] => (isWrong ? [fault] : [])
