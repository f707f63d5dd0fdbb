import type { Problem } from '../problem/problem.js'
import { applyRules, withoutDoubles } from '../problem/rules.js'
import type { Project } from './project.js'
import { SourceTexts } from './source-texts.js'

/**
 * What a project makes of the problems that were found in it: each once, with the severity that its rules give it, and
 * without those that its rules or comments turn off. `build`, `pack`, `push` and `validate` all ask this function.
 */
export function verdictOn(
  project: Project,
  found: readonly Problem[],
  texts = new SourceTexts(project),
): Problem[] {
  const rules = project.settings.rules ?? {}
  return applyRules(withoutDoubles(found), rules, file => texts.ignoresOf(file))
}
