import { makeProblem, withRemedy } from '../problem/make-problem.js'
import type { Problem } from '../problem/problem.js'

export const unreadable = (reason: string): Problem => ({
  ...makeProblem('zip-unreadable', `The file is no whole zip (${reason}): pack it again`, 'pack it again'),
  engine: 'zip: not a valid zip file',
})

export const tooLarge = (reason: string): Problem =>
  withRemedy('zip-too-large', `The zip ${reason}`, 'pack only what the plugins need')
