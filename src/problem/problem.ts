import { type Code, codes, type Severity } from './codes.js'
import { type Subject, subjectAsText } from './subject.js'

/** Where a problem is: relative to the project or plugins folder, with `/`; lines and columns count from 1. */
export interface Location {
  file?: string
  line?: number
  column?: number
}

/** A finding about a user's plugins. Codes never change; the words may. */
export interface Problem extends Location {
  code: Code
  severity: Severity
  /** What it is about; undefined where another program, such as the compiler, wrote the whole sentence. */
  subject?: Subject
  /** What was seen: the sentence without its subject. */
  seen: string
  /** What to do: a sentence of its own. */
  remedy?: string
  /** What eKuiper answers if the package is installed nevertheless; its own paths are written as `…`. */
  engine?: string
  /** The versions of eKuiper that it holds for, as a range; undefined for all. */
  versions?: string
}

/** What is known of a problem besides its code and subject. */
interface Facts extends Pick<Problem, 'seen'>, Partial<Pick<Problem, 'severity' | 'engine' | 'versions'>> {
  remedy?: string | undefined
}

/** A problem with the severity of its code, unless it has another. */
export function problem(code: Code, subject: Subject | undefined, { remedy, ...facts }: Facts): Problem {
  return {
    code,
    severity: codes[code].severity,
    ...(subject === undefined ? {} : { subject }),
    ...(remedy === undefined ? {} : { remedy }),
    ...facts,
  }
}

/** The sentence of a problem: its subject, and what was seen of it. */
export const sentenceOf = ({ subject, seen }: Problem): string =>
  subject === undefined ? seen : `${subjectAsText(subject)} ${seen}`

/** The same as a part of another sentence: `the key "kplug.deadline" of package.json is "soon"; use a number`. */
export const clauseOf = (found: Problem): string =>
  [sentenceOf(found), found.remedy]
    .flatMap(text => (text === undefined ? [] : text.charAt(0).toLowerCase() + text.slice(1)))
    .join('; ')

export const at = (found: Problem, location: Location | undefined): Problem => ({ ...found, ...location })

export const isError = ({ severity }: Problem): boolean => severity === 'error'

/** By file and location; errors before warnings. */
export function compareProblems(a: Problem, b: Problem): number {
  return (
    Number(isError(b)) - Number(isError(a)) ||
    (a.file ?? '').localeCompare(b.file ?? '', 'en') ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0)
  )
}
