import { isUsageError } from '../errors/usage-error.js'
import { type BuildOptions, buildPlugins } from '../build/build.js'
import { findPluginSources, type PluginSource, selectSources } from '../project/plugin-sources.js'
import { readProject } from '../project/project.js'
import type { ProjectWatch } from '../project/watch.js'
import type { ExitCode, Io } from '../io.js'
import { type Changed, onEveryChange } from './on-every-change.js'
import { outputsOf } from './outputs.js'
import { reportBuild, reportProblems } from './report-build.js'
import { say } from './say.js'

/**
 * Builds, then rebuilds what each change affects, until the signal aborts. Problems are reported, and the watch
 * continues.
 */
export async function watchAndBuild(
  io: Io,
  names: readonly string[],
  options: BuildOptions,
): Promise<ExitCode> {
  const session = new WatchSession(io, names, options)
  const { signal } = options
  const { folder } = readProject(io.cwd())
  await onEveryChange(folder, { signal, isOutput: outputsOf(io) }, async (changed, superseded, watching) => {
    await session.rebuild(changed, superseded, watching)
    if (changed === undefined) io.stderr.write('Watching for changes: press Ctrl-C to stop\n')
  })
  return 0
}

class WatchSession {
  readonly #io: Io
  readonly #names: readonly string[]
  readonly #options: BuildOptions
  /** The input files of each plugin, by its own file; empty for a plugin that failed. */
  readonly #inputs = new Map<string, ReadonlySet<string>>()
  /**
   * The files that the last type-check read. A change of a file that is not an input of a plugin may affect all of
   * them.
   */
  #checked: ReadonlySet<string> = new Set()

  constructor(io: Io, names: readonly string[], options: BuildOptions) {
    this.#io = io
    this.#names = names
    this.#options = options
  }

  /** The plugins of a build that the signal aborts are built with the next one. */
  async rebuild(changed: Changed, signal: AbortSignal, watching: ProjectWatch): Promise<void> {
    try {
      await this.#rebuild(changed, signal, watching)
    } catch (error) {
      if (signal.aborted) return
      if (!isUsageError(error)) throw error
      say(this.#io, error.message)
    }
  }

  async #rebuild(changed: Changed, signal: AbortSignal, watching: ProjectWatch): Promise<void> {
    const start = performance.now()
    const project = readProject(this.#io.cwd())
    const { sources, problems } = findPluginSources(project)
    this.#forgetDeleted(sources)
    const stale = selectSources(sources, this.#names).filter(source => this.#isStale(source, changed))
    if (stale.length === 0) {
      if (problems.some(({ file }) => file !== undefined && changed?.has(file)))
        reportProblems(this.#io, problems)
      return
    }
    for (const source of stale) this.#inputs.delete(source.file)
    const result = await buildPlugins(project, stale, problems, { ...this.#options, signal })
    for (const { source, inputs } of result.built) this.#inputs.set(source.file, new Set(inputs))
    this.#checked = new Set(result.checked)
    watching.follow([...[...this.#inputs.values()].flatMap(inputs => [...inputs]), ...result.checked])
    reportBuild(this.#io, result, performance.now() - start)
  }

  #isStale({ file }: PluginSource, changed: Changed): boolean {
    const inputs = this.#inputs.get(file)
    if (changed === undefined || inputs === undefined || changed.has('package.json')) return true
    if (changed.has('tsconfig.json')) return true
    return [...changed].some(name => inputs.has(name) || this.#onlyChecked(name))
  }

  #onlyChecked(file: string): boolean {
    return this.#checked.has(file) && ![...this.#inputs.values()].some(inputs => inputs.has(file))
  }

  #forgetDeleted(sources: readonly PluginSource[]): void {
    const files = new Set(sources.map(source => source.file))
    for (const file of this.#inputs.keys()) {
      if (files.has(file)) continue
      this.#inputs.delete(file)
      say(this.#io, `${file} was deleted: its built files stay in plugins until you delete them`)
    }
  }
}
