import { aborted } from '../waiting/abort.js'
import type { Plugin } from '../runtime/plugin.js'
import type { Builds } from './replacement.js'

/**
 * Runs an action with plugins, and again whenever one of them has a new build, until the signal aborts. Without builds,
 * it runs once.
 */
export async function inRounds(
  first: readonly Plugin[],
  builds: readonly Builds[],
  signal: AbortSignal,
  play: (plugins: readonly Plugin[], signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const plugins = [...first]
  let round = new AbortController()
  const unfollow = builds.map((one, index) =>
    one.follow(plugin => {
      plugins[index] = plugin
      round.abort()
      return Promise.resolve()
    }),
  )
  try {
    do {
      round = new AbortController()
      const either = AbortSignal.any([signal, round.signal])
      await play(plugins, either).catch((error: unknown) => reportTo(builds, error))
      if (builds.length > 0) await aborted(either)
    } while (builds.length > 0 && !signal.aborted)
  } finally {
    await Promise.all(unfollow.map(end => end()))
  }
}

function reportTo([builds]: readonly Builds[], error: unknown): void {
  if (builds === undefined) throw error
  builds.report(error)
}
