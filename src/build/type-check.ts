import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Problem } from '../problem/problem.js'
import { isSystemError, systemReason } from '../errors/system-error.js'
import { UsageError } from '../errors/usage-error.js'
import { kplugFolder } from '../project/installation.js'
import { type PluginSource, unbrokenSources } from '../project/plugin-sources.js'
import type { Project } from '../project/project.js'
import { runCompiler } from './compiler.js'
import { type Diagnostic, isOfSyntax, readOutput } from './diagnostic.js'
import { contractFile, readContractErrors } from './contract-check.js'
import { checkConfig, hasTsconfig, metadataProblems, showConfig, sourceFolder } from './tsconfig.js'

/** The result of a type-check. */
export interface TypeCheck {
  /** Some of them several times. */
  problems: Problem[]
  /** The files that the compiler read, relative to the project, with `/`. */
  files: string[]
}

let checks = 0

/**
 * Type-checks plugins with the project's own compiler and tsconfig.json in a child process, and checks that each plugin
 * matches the type of its kind. Aborting the signal kills the process.
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
  const own = found.flatMap(diagnostic => {
    const { location, lines } = diagnostic
    if (location.file === configName) return { ...diagnostic, location: locationOfOptions(project) }
    const ours = location.file === undefined ? lines[0].includes(stem) : isOfKplug(project, location.file)
    return ours ? [] : diagnostic
  })
  if (output.exitCode !== 0 && found.length === 0) {
    throw new UsageError(
      `Cannot check types: ${output.text.trim().split('\n')[0] ?? `the compiler exited with ${output.exitCode}`}`,
    )
  }
  return {
    problems: [
      ...readContractErrors(own, contractName, contract, project),
      ...metadataProblems(project, shown, files),
      ...(await problemsBehindSyntax(project, sources, own, signal)),
    ],
    files: files.filter(file => !file.includes(stem)),
  }
}

/** A project without @types/node may omit them if its own code imports nothing that requires them. */
const isOfKplug = ({ folder }: Project, file: string): boolean =>
  path.resolve(folder, file).startsWith(path.join(kplugFolder, 'dist') + path.sep)

const locationOfOptions = (project: Project) => (hasTsconfig(project) ? { file: 'tsconfig.json' } : {})

/** Temporary files in the project's folder. */
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
      `Cannot check types: ${folder} is not writable (${systemReason(error)}); skip the check with "--no-check" ("--no-types" for validate)`,
      { cause: error },
    )
  } finally {
    remove()
  }
}

/**
 * If any file has a syntax error, the compiler checks no types at all. Plugins without syntax errors are then checked
 * again, separately.
 */
async function problemsBehindSyntax(
  project: Project,
  sources: readonly PluginSource[],
  found: readonly Diagnostic[],
  signal: AbortSignal,
): Promise<Problem[]> {
  const broken = new Set(found.filter(isOfSyntax).map(({ location }) => location.file))
  const others = unbrokenSources(sources, broken)
  if (others.length === 0) return []
  return (await typeCheck(project, others, signal)).problems
}
