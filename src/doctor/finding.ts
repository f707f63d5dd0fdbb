/** A present or future fault, on this machine or in an engine. Names of checks never change; the texts may improve. */
export interface Finding {
  /** The check that found it. */
  check: string
  severity: 'error' | 'warning'
  /** Its subject: `package "things"`, `rule "r1"`, `project`, `engine`. */
  subject: string
  /** One sentence, with the value seen. */
  message: string
  /** The remedy, as a sentence. */
  remedy: string
}

/** The result of a check, without the name of the check. */
export type Found = Omit<Finding, 'check'>

/** Searches the facts for one kind of fault. */
export interface Check<Facts> {
  name: string
  look: (facts: Facts) => Found[]
}

/** Runs all checks. */
export const findingsOf = <Facts>(checks: readonly Check<Facts>[], facts: Facts): Finding[] =>
  checks.flatMap(({ name, look }) => look(facts).map(found => ({ check: name, ...found })))
