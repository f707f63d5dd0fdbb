import * as path from 'node:path'
import type { BuildOptions } from 'esbuild'
import { packageFolder } from '../project/installation.js'
import { builtStem, type PluginSource } from '../project/plugin-sources.js'
import type { Project } from '../project/project.js'
import { type Carried, resolveCarried } from './carried/resolve.js'
import { fallbackPackages, resolveFallbacks } from './fallback-packages.js'

// The expressions by which a module finds its own location, and their names in a bundle. Strings are not searched.
const ownPlaces = {
  __dirname: 'kplugDirname',
  __filename: 'kplugFilename',
  'import.meta.dirname': 'kplugMetaDirname',
  'import.meta.filename': 'kplugMetaFilename',
  'import.meta.resolve': 'kplugMetaResolve',
  'import.meta.url': 'kplugMetaUrl',
}

/**
 * The bundling options for some plugins. A pure value: ESM that runs without other files on every supported Node.js.
 */
export function bundleOptions(
  project: Project,
  sources: readonly PluginSource[],
  carried: Carried,
  minify: boolean,
): BuildOptions & { write: false; metafile: true } {
  const isMissing = (name: string): boolean => packageFolder(name, project.folder) === undefined
  const missing = fallbackPackages.filter(isMissing)
  const unresolvable = (project.settings.external ?? []).filter(isMissing)
  return {
    absWorkingDir: project.folder,
    entryPoints: sources.map(source => ({ in: `./${source.file}`, out: builtStem(source) })),
    outdir: path.join(project.folder, 'plugins'),
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    charset: 'utf8',
    sourcemap: 'linked',
    minify,
    external: unresolvable.flatMap(name => [name, `${name}/*`]),
    // CommonJS code uses these; withRequire defines them. They have unique names, because an author's ES module may
    // declare its own `__dirname`.
    define: ownPlaces,
    plugins: [
      ...(missing.length === 0 ? [] : [resolveFallbacks(missing)]),
      ...(carried.size === 0 ? [] : [resolveCarried(carried)]),
    ],
    logLevel: 'silent',
    logLimit: 0,
  }
}
