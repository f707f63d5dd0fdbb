import * as path from 'node:path'
import type { Message } from 'esbuild'
import { at, type Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'
import { packageAround } from '../project/installation.js'
import { installCommand, packagesListedIn } from '../project/listed-packages.js'
import type { Project } from '../project/project.js'
import { slashed, slashedFrom } from '../project/slashed.js'

/** What esbuild throws if it cannot bundle. */
interface BuildFailure extends Error {
  errors: Message[]
}

export const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors)

/** The problem of the project that an error of esbuild reports. */
export function problemOf(message: Message, project: Project): Problem {
  const addon = /No loader is configured for "\.node" files: (.*)$/.exec(message.text)?.[1]
  const problem =
    addon === undefined
      ? projectProblems.bundleError(sentence(message), installing(message.text, project))
      : projectProblems.nativeAddon(path.posix.basename(slashed(addon)), packageAround(addon)?.name)
  return placed(problem, message, project)
}

/** What installs the package that an import names; undefined if the import names a file. */
function installing(text: string, project: Project): string | undefined {
  const name = /^Could not resolve "((?:@[\w.-]+\/)?\w[\w.-]*)["/]/.exec(text)?.[1]
  if (name === undefined) return undefined
  return `Run \`${installCommand(packagesListedIn(project.folder), name)}\``
}

export const warningOf = (message: Message, project: Project): Problem =>
  placed(
    message.id === 'empty-glob'
      ? projectProblems.moduleComputed()
      : projectProblems.bundleWarning(sentence(message)),
    message,
    project,
  )

function placed(problem: Problem, { location }: Message, project: Project): Problem {
  if (!location) return problem
  // esbuild counts columns from 0, in bytes of UTF-8.
  const column = Buffer.from(location.lineText).subarray(0, location.column).toString().length + 1
  const file = slashedFrom(project.folder, path.resolve(project.folder, location.file))
  return at(problem, { file, line: location.line, column })
}

function sentence({ text, notes }: Message): string {
  const [note] = notes
  return note === undefined || note.text.length > 120 ? text : `${text}: ${note.text}`
}
