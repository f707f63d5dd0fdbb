import { isUsageError } from '../errors/usage-error.js'
import type { Io } from '../io.js'
import type { Project } from '../project/project.js'
import { watchProject } from '../project/watch.js'
import { failureAsText } from '../report/failure.js'
import type { Builds } from '../run/replacement.js'
import { importPlugin, type Plugin } from '../runtime/plugin.js'
import { builtFile, type Target } from './run-target.js'
import type { RunStaging } from './staging.js'

const quiet = 20

/** Builds a target again whenever its project changes. */
export function watchTarget(
  io: Io,
  target: Target,
  project: Project,
  staging: RunStaging,
  signal: AbortSignal,
): Builds {
  let revision = 0
  let work = Promise.resolve()
  let taking: ((plugin: Plugin) => Promise<void>) | undefined
  const rebuild = async (): Promise<void> => {
    try {
      const built = await builtFile(io, target, signal)
      if (typeof built === 'number' || !built.fresh) return
      revision += 1
      await taking?.(await importPlugin(staging.stage(built.file), target.kind, target.name.symbol, revision))
      io.stderr.write(`Replaced ${target.kind} "${target.name.name}" with its new build\n`)
    } catch (error) {
      if (!signal.aborted) report(error)
    }
  }
  const report = (error: unknown): void => {
    const prefix = isUsageError(error) ? '' : 'The new build failed: '
    io.stderr.write(`${prefix}${failureAsText(error, io.cwd())}\n`)
  }
  const watching = watchProject(project.folder, quiet, () => {
    work = work.then(rebuild)
  })
  // The watcher reports nothing that was saved before it started.
  work = work.then(rebuild)
  return {
    follow(take) {
      taking = take
      return async () => {
        watching.close()
        await work
      }
    },
    report,
  }
}
