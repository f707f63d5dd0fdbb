import { panicking, tested, unsupported } from '../ekuiper/versions.js'
import { overlaps } from '../plugin/engine-range.js'
import { at, type Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'
import type { Project } from '../project/project.js'

/** What is known of the versions of eKuiper that a project is for. */
export function checkEngine({ settings: { engine } }: Pick<Project, 'settings'>): Problem[] {
  if (engine === undefined) return []
  const found = [
    ...(overlaps(engine, unsupported) ? [projectProblems.engineOld(engine)] : []),
    ...(overlaps(engine, panicking) ? [projectProblems.enginePanics(engine)] : []),
    ...(overlaps(engine, tested) ? [] : [projectProblems.engineUntested(engine)]),
  ]
  return found.map(problem => at(problem, { file: 'package.json' }))
}
