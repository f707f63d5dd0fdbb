import type { Plugin } from 'esbuild'
import { kplugFolder } from '../project/installation.js'

/** What a plugin made a second ago may import before anything is installed: it then comes from beside kplug. */
export const fallbackPackages = ['kplug', 'zod'] as const

/** Makes imports of the named packages, and of their parts (`zod/mini`), resolve as kplug itself would. */
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
