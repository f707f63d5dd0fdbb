import { isError } from '../problem/problem.js'
import { isUsageError } from '../errors/usage-error.js'
import { type BuildOptions, buildPlugins } from '../build/build.js'
import { findPluginSources, type PluginSource, selectSources } from '../project/plugin-sources.js'
import { type Project, readProject } from '../project/project.js'
import { findTypeScript, typeCheck } from '../build/type-check.js'
import { watchProject } from '../project/watch.js'
import type { ExitCode, Io } from '../io.js'
import { reportBuild, reportProblems } from './report-build.js'

// Editors that save by renaming make two events within a few milliseconds.
const quiet = 5

/** Builds, then builds again what each change concerns, until the signal aborts. Problems are shown, and it goes on. */
export async function watchAndBuild(
  io: Io,
  names: readonly string[],
  options: BuildOptions,
): Promise<ExitCode> {
  const session = new WatchSession(io, names, options)
  let work = Promise.resolve()
  const watching = watchProject(readProject(io.cwd()).folder, quiet, files => {
    work = work.then(() => session.rebuild(files))
  })
  work = work.then(() => session.rebuild(undefined))
  await work
  io.stderr.write('Watching for changes: press Ctrl-C to end\n')
  await aborted(options.signal)
  watching.close()
  await work
  return 0
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
}

class WatchSession {
  readonly #io: Io
  readonly #names: readonly string[]
  readonly #options: BuildOptions
  /** The files that each plugin was made of, by its own file; none for one that failed. */
  readonly #inputs = new Map<string, ReadonlySet<string>>()
  #checking = new AbortController()

  constructor(io: Io, names: readonly string[], options: BuildOptions) {
    this.#io = io
    this.#names = names
    this.#options = options
  }

  async rebuild(changed: ReadonlySet<string> | undefined): Promise<void> {
    try {
      await this.#rebuild(changed)
    } catch (error) {
      if (this.#options.signal.aborted) return
      if (!isUsageError(error)) throw error
      this.#io.stderr.write(`${error.message}\n`)
    }
  }

  async #rebuild(changed: ReadonlySet<string> | undefined): Promise<void> {
    const start = performance.now()
    const project = readProject(this.#io.cwd())
    const { sources, problems } = findPluginSources(project)
    this.#forgetDeleted(sources)
    const stale = selectSources(sources, this.#names).filter(source => this.#isStale(source, changed))
    if (stale.length === 0) {
      if (
        changed !== undefined &&
        [...changed].some(file => problems.some(problem => problem.file === file))
      ) {
        reportProblems(this.#io, problems)
      }
      return
    }
    this.#checking.abort()
    this.#checking = new AbortController()
    // The type-check takes ten times as long as the bundling, so it comes after it and says what it has to say later.
    const result = await buildPlugins(project, stale, problems, { ...this.#options, check: false })
    for (const source of stale) this.#inputs.delete(source.file)
    for (const { source, inputs } of result.built) this.#inputs.set(source.file, new Set(inputs))
    reportBuild(this.#io, result, performance.now() - start)
    if (!result.problems.some(isError)) this.#check(project, stale)
  }

  #isStale({ file }: PluginSource, changed: ReadonlySet<string> | undefined): boolean {
    const inputs = this.#inputs.get(file)
    if (changed === undefined || inputs === undefined || changed.has('package.json')) return true
    if (changed.has('tsconfig.json')) return true
    return [...changed].some(name => inputs.has(name))
  }

  #forgetDeleted(sources: readonly PluginSource[]): void {
    const files = new Set(sources.map(source => source.file))
    for (const file of this.#inputs.keys()) {
      if (files.has(file)) continue
      this.#inputs.delete(file)
      this.#io.stderr.write(`${file} is gone: what was built of it stays in plugins until you remove it\n`)
    }
  }

  #check(project: Project, sources: readonly PluginSource[]): void {
    const tsc = this.#options.check ? findTypeScript(project.folder) : undefined
    if (tsc === undefined) return
    const { signal } = this.#checking
    typeCheck(project, sources, tsc, AbortSignal.any([signal, this.#options.signal]))
      .then(found => reportProblems(this.#io, found, 'what was built stays built'))
      .catch((error: unknown) => {
        if (signal.aborted || this.#options.signal.aborted) return
        if (!isUsageError(error)) throw error
        this.#io.stderr.write(`${error.message}\n`)
      })
  }
}
