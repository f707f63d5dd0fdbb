/** Something that is wrong, or will go wrong, on this machine or in an engine. Checks are for ever; the prose may improve. */
export interface Finding {
  /** The check that found it. */
  check: string
  severity: 'error' | 'warning'
  /** What it is about: `package "things"`, `rule "r1"`, `project`, `engine`. */
  subject: string
  /** One sentence, with the value seen. */
  message: string
  /** What to do, as a sentence. */
  remedy: string
}

/** What a check reports: the check's name is added to it. */
export type Found = Omit<Finding, 'check'>

/** Looks for one kind of trouble in what is known. */
export interface Check<Facts> {
  name: string
  look: (facts: Facts) => Found[]
}

/** Everything that checks find. */
export const findingsOf = <Facts>(checks: readonly Check<Facts>[], facts: Facts): Finding[] =>
  checks.flatMap(({ name, look }) => look(facts).map(found => ({ check: name, ...found })))
