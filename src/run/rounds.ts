import { aborted } from '../waiting/abort.js'
import type { Plugin } from '../runtime/plugin.js'
import type { NewBuilds } from './replacement.js'

export interface Replaceable {
  plugin: Plugin
  builds: NewBuilds | undefined
}

/**
 * Runs an action with plugins, and again whenever one of them has a new build, until the signal aborts. Without builds,
 * it runs once.
 */
export async function inRounds<S extends Replaceable>(
  first: readonly S[],
  signal: AbortSignal,
  play: (stages: readonly S[], signal: AbortSignal) => Promise<void>,
): Promise<void> {
  // A new build ends the round, instead of replacing a plugin in it.
  const stages = first.map(stage => ({ ...stage, builds: undefined }))
  let round = new AbortController()
  const [builds] = first.flatMap(stage => stage.builds ?? [])
  const unfollow = first.flatMap((stage, index) => {
    const end = stage.builds?.follow(plugin => {
      stages[index] = { ...stage, builds: undefined, plugin }
      round.abort()
      return Promise.resolve()
    })
    return end ?? []
  })
  try {
    for (;;) {
      round = new AbortController()
      const either = AbortSignal.any([signal, round.signal])
      await play(stages, either).catch((error: unknown) => {
        if (builds === undefined) throw error
        builds.report(error)
      })
      if (builds === undefined) return
      await aborted(either)
      if (signal.aborted) return
    }
  } finally {
    await Promise.all(unfollow.map(end => end()))
  }
}
