import { isUsageError } from '../errors/usage-error.js'
import type { Project } from '../project/project.js'
import { watchProject } from '../project/watch.js'
import { failureAsText } from '../report/failure.js'
import { importPlugin, type Plugin } from '../runtime/plugin.js'
import type { Io } from '../io.js'
import type { Changes } from '../run/replaceable.js'
import { builtFile, type Target } from './run-target.js'

const quiet = 20

/** Builds a target again whenever its project changes, and tells of each new build. */
export function watchTarget(io: Io, target: Target, project: Project, signal: AbortSignal): Changes {
  let revision = 0
  let work = Promise.resolve()
  let taking: ((plugin: Plugin) => Promise<void>) | undefined
  const rebuild = async (): Promise<void> => {
    try {
      const built = await builtFile(io, target, signal)
      if (typeof built === 'number' || !built.fresh) return
      revision += 1
      await taking?.(await importPlugin(built.file, target.kind, target.name.symbol, revision))
      io.stderr.write(`Went on with the new ${target.kind} "${target.name.name}"\n`)
    } catch (error) {
      if (!signal.aborted) tell(error)
    }
  }
  const tell = (error: unknown): void => {
    const prefix = isUsageError(error) ? '' : 'The new plugin failed: '
    io.stderr.write(`${prefix}${failureAsText(error, io.cwd())}\n`)
  }
  const watching = watchProject(project.folder, quiet, () => {
    work = work.then(rebuild)
  })
  // What was saved before the watcher was there, it does not tell of.
  work = work.then(rebuild)
  const replace: Changes['replace'] = take => {
    taking = take
    return async () => {
      watching.close()
      await work
    }
  }
  return { replace, restart: restartWith(replace, tell) }
}

const restartWith =
  (replace: Changes['replace'], tell: (error: unknown) => void): Changes['restart'] =>
  async (first, signal, run) => {
    let next: Plugin | undefined = first
    let swap = new AbortController()
    const stop = replace(async plugin => {
      next = plugin
      swap.abort()
    })
    while (next !== undefined && !signal.aborted) {
      const plugin: Plugin = next
      next = undefined
      swap = new AbortController()
      const either = AbortSignal.any([signal, swap.signal])
      try {
        await run(plugin, either)
      } catch (error) {
        tell(error)
        await aborted(either)
      }
    }
    await stop()
  }

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
}
