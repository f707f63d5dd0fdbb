import * as path from 'node:path'
import type { BuildOptions, BuildResult, Message, OutputFile } from 'esbuild'
import { slashed, slashedFrom } from '../project/slashed.js'
import { at, type Problem, problems } from '../problem/problem.js'
import { packageFolder } from '../project/installation.js'
import { fallbackPackages, resolveFallbacks } from './fallback-packages.js'
import { exportedInstead } from './exported-instead.js'
import { portablePaths } from './portable-paths.js'
import { builtStem, type PluginSource } from '../project/plugin-sources.js'
import { withRequire } from './require-shim.js'
import type { Project } from '../project/project.js'

/** A plugin's built file and its source map, not yet written. */
export interface Bundle {
  source: PluginSource
  /** Below the plugins folder, with `/`: `sources/MySource@v1.0.0.js`. */
  file: string
  code: Uint8Array
  map: Uint8Array
  /** The files it was made of, relative to the project. */
  inputs: string[]
  /** The names of the values that it exports. */
  exports: string[]
}

export interface BundleResult {
  bundles: Bundle[]
  problems: Problem[]
}

/** Memory of esbuild grows with what one call puts out: 600 MB for 1000 plugins, under 200 for this many. */
export const entriesPerCall = 200

/** How the bundles of some plugins are made: a pure value. ESM that runs alone on every Node that kplug supports. */
function bundleOptions(project: Project, sources: readonly PluginSource[], minify: boolean): BuildOptions {
  const missing = fallbackPackages.filter(name => packageFolder(name, project.folder) === undefined)
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
    external: (project.settings.external ?? []).flatMap(name => [name, `${name}/*`]),
    // CommonJS code asks for these; withRequire defines what they become. Names of its own, since an author's
    // ES module may well declare a `__dirname`.
    define: { __dirname: 'kplugDirname', __filename: 'kplugFilename' },
    plugins: missing.length === 0 ? [] : [resolveFallbacks(missing)],
    logLevel: 'silent',
    logLimit: 0,
  }
}

/** Bundles some plugins, and reports every problem of all of them. Writes nothing. */
export async function bundle(
  project: Project,
  sources: readonly PluginSource[],
  minify: boolean,
): Promise<BundleResult> {
  const { build } = await import('esbuild')
  try {
    const result = await build({ ...bundleOptions(project, sources, minify), write: false, metafile: true })
    return bundlesOf(project, sources, result)
  } catch (error) {
    if (!isBuildFailure(error)) throw error
    const found = error.errors.map(message => problemOf(message, project))
    return { bundles: [], problems: [...found, ...(await problemsOfOthers(project, sources, found, minify))] }
  }
}

/** A call that failed says nothing of the plugins without errors: those are bundled apart, for what is wrong with them. */
async function problemsOfOthers(
  project: Project,
  sources: readonly PluginSource[],
  found: readonly Problem[],
  minify: boolean,
): Promise<Problem[]> {
  const broken = new Set(found.map(problem => problem.file))
  const others = sources.filter(source => !broken.has(source.file))
  if (others.length === 0 || others.length === sources.length) return []
  const said = new Set(found.map(problem => JSON.stringify(problem)))
  const { problems: more } = await bundle(project, others, minify)
  return more.filter(problem => !said.has(JSON.stringify(problem)))
}

type Built = BuildResult<{ write: false; metafile: true }>

function bundlesOf(project: Project, sources: readonly PluginSource[], result: Built): BundleResult {
  const files = new Map(result.outputFiles.map(file => [slashedFrom(project.folder, file.path), file]))
  const bundles: Bundle[] = []
  const found: Problem[] = []
  for (const source of sources) {
    const file = `${builtStem(source)}.js`
    const output = result.metafile.outputs[`plugins/${file}`]
    const code = files.get(`plugins/${file}`)
    const map = files.get(`plugins/${file}.map`)
    if (!output || !code || !map) throw new Error(`esbuild made no plugins/${file}`)
    if (output.exports.includes(source.symbol)) {
      const { inputs, exports } = output
      bundles.push(finish(project, { source, file, code, map, inputs: Object.keys(inputs), exports }))
    } else {
      const seen = exportedInstead(project, source, output.exports)
      found.push(
        at(problems.symbolMissing(source.symbol, seen.exports), { file: source.file, ...seen.place }),
      )
    }
  }
  return { bundles, problems: found }
}

interface Raw {
  source: PluginSource
  file: string
  code: OutputFile
  map: OutputFile
  inputs: string[]
  exports: string[]
}

/** Makes the bytes the same in every folder, and gives CommonJS code the `require` that it expects. */
function finish(project: Project, { code, map, ...raw }: Raw): Bundle {
  const portable = portablePaths(project.folder, raw.inputs, { code: code.contents, map: map.contents })
  return { ...raw, ...withRequire(portable) }
}

interface BuildFailure extends Error {
  errors: Message[]
}

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors)

function problemOf(message: Message, project: Project): Problem {
  const { location } = message
  const addon = /No loader is configured for "\.node" files: (.*)$/.exec(message.text)?.[1]
  const problem =
    addon === undefined
      ? problems.bundleError(sentence(message))
      : problems.nativeAddon(path.posix.basename(slashed(addon)), packageOf(slashed(addon)))
  if (!location) return problem
  // esbuild counts columns from 0, in bytes of UTF-8.
  const column = Buffer.from(location.lineText).subarray(0, location.column).toString().length + 1
  const file = slashedFrom(project.folder, path.resolve(project.folder, location.file))
  return at(problem, { file, line: location.line, column })
}

function sentence({ text, notes }: Message): string {
  const [note] = notes
  return note === undefined || note.text.length > 120 ? text : `${text}: ${note.text}`
}

function packageOf(file: string): string | undefined {
  return /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]
}
