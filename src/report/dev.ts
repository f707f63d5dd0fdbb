import { compareProblems, type Problem } from '../problem/problem.js'
import { problemAsJson } from './findings.js'
import { printableJson } from './printable.js'

/** The events of `kplug dev`. */
export type DevEvent =
  | { event: 'row'; row: string }
  | { event: 'installed'; version: string; milliseconds: number }
  | { event: 'problems'; problems: readonly Problem[] }
  | { event: 'note' | 'failed'; message: string }

/** A line of `kplug dev --json`. The text of a row is already JSON, with integers that JavaScript would round. */
export function eventAsJson(happened: DevEvent): string {
  switch (happened.event) {
    case 'row':
      return printableJson(`{"event":"row","row":${happened.row}}`)
    case 'problems':
      return line({ ...happened, problems: happened.problems.toSorted(compareProblems).map(problemAsJson) })
    default:
      return line(happened)
  }
}

const line = (value: object): string => printableJson(JSON.stringify(value))
