import { once } from 'node:events'
import { isUsageError } from '../errors/usage-error.js'
import type { Io } from '../io.js'
import type { Project } from '../project/project.js'
import { type ProjectWatch, watchProject } from '../project/watch.js'
import { failureAsText } from '../report/failure.js'
import type { NewBuilds } from '../run/replacement.js'
import { importPlugin, type Plugin } from '../runtime/plugin.js'
import type { LocalSession } from './local-session.js'
import { builtFile, type Target } from './run-target.js'

interface Watched {
  target: Target
  revision: number
  take: ((plugin: Plugin) => Promise<void>) | undefined
}

/** The new builds of a plugin, and a function that loads the first one. */
export interface PluginBuilds extends NewBuilds {
  load(file: string): Promise<Plugin>
}

/** Node.js caches every module, even one that failed, so each load uses another URL. */
async function load(watched: Watched, file: string): Promise<Plugin> {
  const { kind, symbol } = watched.target
  try {
    return await importPlugin(file, kind, symbol, watched.revision)
  } catch (error) {
    watched.revision += 1
    throw error
  }
}

/** Rebuilds plugins whenever their project changes. */
export class Rebuilds {
  readonly #io: Io
  readonly #session: LocalSession
  readonly #watching: ProjectWatch
  readonly #watched: Watched[] = []
  readonly #changes = new EventTarget()
  #work = Promise.resolve()

  constructor(io: Io, { folder }: Project, session: LocalSession) {
    this.#io = io
    this.#session = session
    this.#watching = watchProject(folder, () => {
      this.#look()
      this.#changes.dispatchEvent(new Event('change'))
    })
  }

  /** The new builds of one plugin. */
  of(target: Target): PluginBuilds {
    const watched: Watched = { target, revision: 0, take: undefined }
    this.#watched.push(watched)
    return {
      load: file => load(watched, file),
      follow: take => {
        watched.take = take
        // The watcher does not report files that were saved before it started.
        this.#look()
        return async () => {
          watched.take = undefined
          await this.#work
        }
      },
      report: error => this.#report(error),
    }
  }

  /** Resolves after the next change, or when the signal aborts. */
  async changed(): Promise<void> {
    await once(this.#changes, 'change', { signal: this.#session.signal }).catch(() => {})
  }

  async close(): Promise<void> {
    this.#watching.close()
    await this.#work
  }

  #look(): void {
    for (const watched of this.#watched) this.#work = this.#work.then(() => this.#rebuild(watched))
  }

  async #rebuild(watched: Watched): Promise<void> {
    const { signal, stage, terminal } = this.#session
    const { target } = watched
    if (watched.take === undefined) return
    try {
      const built = await builtFile(target, signal, terminal.problems)
      if (built === undefined || !built.fresh) return
      watched.revision += 1
      await watched.take(await load(watched, stage(target, built.file)))
      terminal.note(`Replaced ${target.kind} "${target.name}" with its new build`)
    } catch (error) {
      if (!signal.aborted) this.#report(error)
    }
  }

  #report(error: unknown): void {
    const prefix = isUsageError(error) ? '' : 'The new build failed: '
    this.#session.terminal.failed(`${prefix}${failureAsText(error, this.#io.cwd())}`)
  }
}
