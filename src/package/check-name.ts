import { builtInSince } from '../ekuiper/built-ins.js'
import type { Kind } from '../plugin/kind.js'
import type { Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'

/** Whether the name of a plugin is free in eKuiper. */
export function checkName(kind: Kind, name: string): Problem[] {
  const version = builtInSince(kind, name)
  return version === undefined ? [] : [projectProblems.nameBuiltIn(kind, name, version)]
}
