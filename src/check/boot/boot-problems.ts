import { makeProblem, withRemedy } from '../../problem/make-problem.js'
import type { Kind } from '../../plugin/kind.js'
import type { Problem } from '../../problem/problem.js'

// What may go wrong when a package is started and its plugins are, one by one.

const silence = (name: string, executable: string): string =>
  `plugin …/${name}/${executable} control handshake error: receive time out`

export const bootProblems = {
  failed: (name: string, executable: string, reason: string): Problem => ({
    ...makeProblem('boot-failed', `The process of the package ends before its handshake: ${reason}`),
    engine: silence(name, executable),
  }),
  silent: (name: string, executable: string, seconds: number): Problem => ({
    ...withRemedy(
      'boot-silent',
      `The process of the package sends no handshake within ${seconds} s`,
      'send it before anything that takes long',
    ),
    engine: silence(name, executable),
  }),
  notMade: (reason: string): Problem => makeProblem('boot-failed', `The package cannot be made: ${reason}`),
  refused: (kind: Kind, name: string, reason: string): Problem =>
    makeProblem('boot-refused', `The ${kind} "${name}" cannot be started: ${reason}`),
  hang: (kind: Kind, name: string, doing: string, seconds: number): Problem =>
    withRemedy(
      'boot-hang',
      `The ${kind} "${name}" does not answer "${doing}" within ${seconds} s`,
      'let nothing wait without end, and nothing block the process',
    ),
  died: (kind: Kind, name: string, reason: string): Problem =>
    makeProblem(
      'boot-refused',
      `The ${kind} "${name}" ends the process of the package when it is started: ${reason}`,
    ),
}
