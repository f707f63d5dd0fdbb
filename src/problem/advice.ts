/** A present or future fault, on this machine or in an engine. Names of checks never change; the texts may improve. */
export interface Advice {
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
