import type { Plugin } from 'esbuild'
import { kplugFolder } from '../project/installation.js'

/**
 * Packages that a new plugin may import before anything is installed. They are then resolved from kplug's own folder.
 */
export const fallbackPackages = ['kplug', 'zod'] as const

/** Resolves imports of these packages, and of their subpaths (`zod/mini`), from kplug's own folder. */
export function resolveFallbacks(names: readonly string[]): Plugin {
  const filter = new RegExp(`^(${names.join('|')})(/|$)`)
  return {
    name: 'kplug-fallback-packages',
    setup(build) {
      build.onResolve({ filter }, ({ path: specifier, kind, pluginData }) => {
        if (pluginData === 'from-kplug') return undefined
        return build.resolve(specifier, { kind, resolveDir: kplugFolder, pluginData: 'from-kplug' })
      })
    },
  }
}
