import * as fs from 'node:fs'
import * as path from 'node:path'
import { slashedFrom } from '../project/slashed.js'
import { at, type Problem, problems } from '../problem/problem.js'
import { isSystemError, systemReason } from '../errors/system-error.js'
import { UsageError } from '../errors/usage-error.js'
import { kplugFolder } from '../project/installation.js'
import type { PluginSource } from '../project/plugin-sources.js'
import type { Project } from '../project/project.js'
import { runCompiler } from './compiler.js'
import { contractFile, readContractErrors } from './contract-check.js'
import { checkConfig, hasTsconfig, metadataProblems, showConfig, sourceFolder } from './tsconfig.js'

/** What a type-check found. */
export interface TypeCheck {
  problems: Problem[]
  /** The files that it read, relative to the project, with `/`. */
  files: string[]
}

let checks = 0

/**
 * Type-checks plugins with the project's own compiler and tsconfig.json, in a process of its own, and asks it whether
 * they are what their kinds demand. Aborting the signal ends it.
 */
export async function typeCheck(
  project: Project,
  sources: readonly PluginSource[],
  signal: AbortSignal,
): Promise<TypeCheck> {
  const shown = await showConfig(project, signal)
  checks += 1
  const stem = `.kplug-check-${process.pid}-${checks}`
  const configName = `${stem}.json`
  const contractName = path.posix.join(sourceFolder(shown), `${stem}.mts`)
  const contract = contractFile(sources, path.posix.dirname(contractName))
  const config = checkConfig(project, sources, shown, [contractName])
  const written = new Map([
    [configName, JSON.stringify(config)],
    [contractName, contract.text],
  ])
  const output = await withFiles(project.folder, written, () =>
    runCompiler(project.folder, ['-p', configName, '--listFiles'], signal),
  )
  const { found, files } = readOutput(output.text, project.folder)
  const problemsFound = found.flatMap(problem => {
    if (problem.file === configName) return at(problem, { ...placeOfOptions(project), line: undefined })
    const ours =
      problem.file === undefined ? problem.message.includes(stem) : isOfKplug(project, problem.file)
    return ours ? [] : problem
  })
  if (output.exitCode !== 0 && found.length === 0) {
    throw new UsageError(
      `Cannot check types: ${output.text.trim().split('\n')[0] ?? `the compiler exited with ${output.exitCode}`}`,
    )
  }
  return {
    problems: [
      ...readContractErrors(problemsFound, contractName, contract, project),
      ...metadataProblems(project, shown, files),
      ...(await problemsBehindSyntax(project, sources, problemsFound, signal)),
    ],
    files: files.filter(file => !file.includes(stem)),
  }
}

/** A project without Node's types may do without them in what it does not import itself. */
const isOfKplug = ({ folder }: Project, file: string): boolean =>
  path.resolve(folder, file).startsWith(path.join(kplugFolder, 'dist') + path.sep)

const placeOfOptions = (project: Project) => (hasTsconfig(project) ? { file: 'tsconfig.json' } : {})

/** Files that are in the project's folder while something runs. */
async function withFiles<T>(
  folder: string,
  files: ReadonlyMap<string, string>,
  act: () => Promise<T>,
): Promise<T> {
  const remove = (): void => {
    for (const name of files.keys()) fs.rmSync(path.join(folder, name), { force: true })
  }
  try {
    for (const [name, text] of files) fs.writeFileSync(path.join(folder, name), text)
    return await act()
  } catch (error) {
    if (!isSystemError(error) || error.syscall !== 'open') throw error
    throw new UsageError(
      `Cannot check types: ${folder} cannot be written (${systemReason(error)}); leave the check out with "--no-check" ("--no-types" for validate)`,
      { cause: error },
    )
  } finally {
    remove()
  }
}

/** The compiler looks at no types before every file can be read: the plugins that can be are checked apart. */
async function problemsBehindSyntax(
  project: Project,
  sources: readonly PluginSource[],
  found: readonly Problem[],
  signal: AbortSignal,
): Promise<Problem[]> {
  const broken = new Set(found.filter(isOfSyntax).map(problem => problem.file))
  const others = sources.filter(source => !broken.has(source.file))
  if (others.length === 0 || others.length === sources.length) return []
  const said = new Set(found.map(problem => JSON.stringify(problem)))
  const { problems: more } = await typeCheck(project, others, signal)
  return more.filter(problem => !said.has(JSON.stringify(problem)))
}

const isOfSyntax = ({ message }: Problem): boolean => /\(TS1\d{3}\)/.test(message)

/**
 * Reads the compiler's plain output: `file(line,column): error TS2322: message`, indented lines going on, and the paths
 * of the files that it read.
 */
export function readOutput(output: string, folder: string): { found: Problem[]; files: string[] } {
  const found: Problem[] = []
  const files: string[] = []
  for (const line of output.split(/\r?\n/)) {
    const match = /^(?:(.+?)\((\d+),(\d+)\): )?error (TS\d+): (.*)$/.exec(line)
    const last = found.at(-1)
    if (match) {
      const [, file, row, column, code = '', message = ''] = match
      const problem = problems.typeError(code, message)
      found.push(
        file === undefined
          ? problem
          : at(problem, { file: relativeTo(folder, file), line: Number(row), column: Number(column) }),
      )
    } else if (last && /^\s+\S/.test(line)) {
      last.message = `${last.message}\n${line}`
    } else if (path.isAbsolute(line)) files.push(relativeTo(folder, line))
  }
  return { found, files }
}

const relativeTo = (folder: string, file: string): string => slashedFrom(folder, path.resolve(folder, file))
