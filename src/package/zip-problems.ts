import { withRemedy } from '../problem/make-problem.js'
import type { Problem } from '../problem/problem.js'

export function unreadable(reason: string): Problem {
  // The library's own sentence for a file without an end says nothing more.
  const why = reason.startsWith('End of central directory') ? '' : ` (${reason})`
  return {
    ...withRemedy('zip-unreadable', `The file is not a complete zip${why}`, 'pack it again'),
    engine: 'zip: not a valid zip file',
  }
}

export const tooLarge = (reason: string): Problem =>
  withRemedy('zip-too-large', `The zip ${reason}`, 'pack only what the plugins need')
