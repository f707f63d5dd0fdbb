import { type Bundle, bundle, type BundleResult, entriesPerCall } from './bundle.js'
import type { PluginSource } from '../project/plugin-sources.js'
import type { Project } from '../project/project.js'

const sideBySide = 8

/**
 * Bundles all plugins that can be bundled, and reports every problem of the others: esbuild gives up on all entries of
 * a call when one of them fails, so those are then bundled one by one.
 */
export async function bundleAll(project: Project, sources: readonly PluginSource[]): Promise<BundleResult> {
  const all: BundleResult = { bundles: [], problems: [] }
  for (let i = 0; i < sources.length; i += entriesPerCall) {
    const some = sources.slice(i, i + entriesPerCall)
    const together = await bundle(project, some, false)
    const gaveUp = together.bundles.length === 0 && some.length > 1
    const { bundles, problems } = gaveUp ? await bundleEach(project, some) : together
    all.bundles.push(...bundles)
    all.problems.push(...problems)
  }
  return all
}

async function bundleEach(project: Project, sources: readonly PluginSource[]): Promise<BundleResult> {
  const waiting = [...sources]
  const results: BundleResult[] = []
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results.push(await bundle(project, [next], false))
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, work))
  return {
    bundles: results.flatMap(({ bundles }): Bundle[] => bundles),
    problems: results.flatMap(({ problems }) => problems),
  }
}
