import { isUsageError } from '../errors/usage-error.js'
import type { Io } from '../io.js'
import type { Problem } from '../problem/problem.js'
import type { Project } from '../project/project.js'
import { type ProjectWatch, watchProject } from '../project/watch.js'
import { failureAsText } from '../report/failure.js'
import type { Builds } from '../run/replacement.js'
import { importPlugin, type Plugin } from '../runtime/plugin.js'
import { builtFile, type Target } from './run-target.js'

const quiet = 20

interface Watched {
  target: Target
  revision: number
  take: ((plugin: Plugin) => Promise<void>) | undefined
}

interface Surroundings {
  project: Project
  signal: AbortSignal
  /** Where the built file of a plugin is loaded from. */
  stage: (target: Target, file: string) => string
  problems: (problems: readonly Problem[]) => void
  /** Takes a sentence about what happened. */
  tell?: (sentence: string) => void
}

/** Builds plugins again whenever their project changes. */
export class Rebuilds {
  readonly #io: Io
  readonly #around: Surroundings
  readonly #watching: ProjectWatch
  readonly #watched: Watched[] = []
  #work = Promise.resolve()

  constructor(io: Io, around: Surroundings) {
    this.#io = io
    this.#around = around
    this.#watching = watchProject(around.project.folder, quiet, () => this.#look())
  }

  /** The new builds of one plugin. */
  of(target: Target): Builds {
    const watched: Watched = { target, revision: 0, take: undefined }
    this.#watched.push(watched)
    return {
      follow: take => {
        watched.take = take
        // The watcher reports nothing that was saved before it started.
        this.#look()
        return () => this.close()
      },
      report: error => this.#report(error),
    }
  }

  async close(): Promise<void> {
    this.#watching.close()
    await this.#work
  }

  #look(): void {
    for (const watched of this.#watched) this.#work = this.#work.then(() => this.#rebuild(watched))
  }

  async #rebuild(watched: Watched): Promise<void> {
    const { signal, stage, problems } = this.#around
    const { target } = watched
    const { kind, name } = target
    if (watched.take === undefined) return
    try {
      const built = await builtFile(target, signal, problems)
      if (typeof built === 'number' || !built.fresh) return
      watched.revision += 1
      await watched.take(await importPlugin(stage(target, built.file), kind, name.symbol, watched.revision))
      this.#tell(`Replaced ${kind} "${name.name}" with its new build`)
    } catch (error) {
      if (!signal.aborted) this.#report(error)
    }
  }

  #report(error: unknown): void {
    const prefix = isUsageError(error) ? '' : 'The new build failed: '
    this.#tell(`${prefix}${failureAsText(error, this.#io.cwd())}`)
  }

  #tell(text: string): void {
    const { tell } = this.#around
    if (tell) tell(text)
    else this.#io.stderr.write(`${text}\n`)
  }
}
