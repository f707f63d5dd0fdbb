import { sideBySide } from '../waiting/side-by-side.js'
import { bundle, type BundleResult, entriesPerCall } from './bundle.js'
import type { PluginSource } from '../project/plugin-sources.js'
import type { Project } from '../project/project.js'

const callsAtATime = 8

/**
 * Bundles every plugin that can be bundled, and reports all problems of the others. If one entry of a call fails,
 * esbuild produces no output for any of them: each is then bundled separately.
 */
export async function bundleIndependently(
  project: Project,
  sources: readonly PluginSource[],
): Promise<BundleResult> {
  const results: BundleResult[] = []
  for (let i = 0; i < sources.length; i += entriesPerCall) {
    const some = sources.slice(i, i + entriesPerCall)
    const together = await bundle(project, some, false)
    const gaveUp = together.bundles.length === 0 && some.length > 1
    results.push(gaveUp ? await bundleEach(project, some) : together)
  }
  return merged(results)
}

const bundleEach = async (project: Project, sources: readonly PluginSource[]): Promise<BundleResult> =>
  merged(await sideBySide(sources, callsAtATime, source => bundle(project, [source], false)))

const merged = (results: readonly BundleResult[]): BundleResult => ({
  bundles: results.flatMap(({ bundles }) => bundles),
  problems: results.flatMap(({ problems }) => problems),
})
