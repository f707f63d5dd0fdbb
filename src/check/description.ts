import { ownField } from '../data/object.js'
import type { Kind } from '../plugin/kind.js'
import type { Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'

/** Without a description, a plugin has an empty page in eKuiper's manager. */
export function checkDescription(kind: Kind, symbol: string, about: unknown): Problem[] {
  const description = ownField(about, 'description')
  const text = typeof description === 'string' ? description : ownField(description, 'en')
  if (typeof text === 'string' && text.trim() !== '') return []
  return [projectProblems.descriptionMissing(kind, symbol)]
}
