import type { Problem } from '../problem/problem.js'
import { applyRules, holdingFor, withoutDoubles } from '../problem/rules.js'
import type { Project } from './project.js'
import { SourceTexts } from './source-texts.js'

/**
 * The verdict of a project on its problems: each problem once, with the severity from the project's rules, without
 * those that rules or comments turn off. `build`, `pack`, `push` and `validate` all use this function.
 */
export function verdictOn(
  project: Project,
  found: readonly Problem[],
  texts = new SourceTexts(project),
): Problem[] {
  const { rules = {}, engine } = project.settings
  return applyRules(withoutDoubles(holdingFor(engine, found)), rules, file => texts.ignoresOf(file))
}
