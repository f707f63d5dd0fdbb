import { UsageError } from '../errors/usage-error.js'
import { clauseOf, type Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'
import type { Project } from '../project/project.js'
import { runtimes } from './binary/binaries.js'
import { checksumsFile } from './checksums.js'
import { isPackageName, packageNameFrom } from './package-name.js'

/** The name and version of a package. */
export interface Identity {
  name: string
  version: string
}

/** The name and version of the package of a project. Throws if the project cannot be packed under them. */
export function identify(project: Project, named: string | undefined): Identity {
  const { identity, problems } = identityOf(project, named)
  const [first] = problems
  if (first) throw new UsageError(`Cannot pack the project: ${clauseOf(first)}`)
  return identity
}

/**
 * The same with placeholders for what package.json lacks, and the reasons. `named`, the name that the user gives, takes
 * the place of the name in package.json, and is not replaced by a placeholder.
 */
export function identityOf(
  { name, version }: Project,
  named: string | undefined,
): { identity: Identity; problems: Problem[] } {
  const own = named ?? packageNameFrom(name ?? '')
  const advice = adviceFor(own)
  if (named !== undefined && advice !== undefined)
    throw new UsageError(`Invalid package name "${named}": ${advice}`)
  return {
    identity: { name: advice === undefined ? own : 'plugins', version: version ?? '0.0.0' },
    problems: [
      ...(advice === undefined ? [] : [projectProblems.packageNameInvalid(name, advice)]),
      ...(version === undefined ? [projectProblems.versionMissing()] : []),
    ],
  }
}

// Files and folders that packages have beside their executable, which has the name of the package.
const reserved = new Set(['lib', 'sources', 'sinks', 'functions', 'node_modules', checksumsFile, ...runtimes])

function adviceFor(name: string): string | undefined {
  if (reserved.has(name)) return 'use a name that is not reserved for a file or folder of every package'
  if (isPackageName(name)) return undefined
  return 'use 1 to 63 letters, digits, "_" or "-", starting with a letter or digit'
}
