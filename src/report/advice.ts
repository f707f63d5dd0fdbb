import type { Advice } from '../problem/advice.js'
import { printable } from './printable.js'
import type { Style } from './style.js'

/** Two lines for each finding: what is wrong, and what to do. Errors come first. */
export function adviceAsText(findings: readonly Advice[], style: Style): string {
  if (findings.length === 0) return 'No problems found\n'
  return findings
    .toSorted((a, b) => a.severity.localeCompare(b.severity, 'en'))
    .map(({ check, severity, subject, message, remedy }) => {
      const shown = severity === 'error' ? style.red(severity) : style.yellow(severity)
      const subjectShown = style.bold(printable(subject))
      return `${subjectShown}: ${shown}: ${printable(message)} ${style.dim(`[${check}]`)}\n  ${printable(remedy)}\n`
    })
    .join('')
}
