import * as fs from 'node:fs'
import * as path from 'node:path'
import * as z from 'zod/mini'
import { projectProblems } from '../problem/project-problems.js'
import { positionAt } from '../problem/position.js'
import { at, type Problem } from '../problem/problem.js'
import { kplugFolder, packageFolder } from '../project/installation.js'
import type { Project } from '../project/project.js'
import type { PluginSource } from '../project/plugin-sources.js'
import { runCompiler } from './compiler.js'
import { fallbackPackages } from './fallback-packages.js'

const strings = z.array(z.string())

const shown = z.looseObject({
  files: z._default(strings, []),
  compilerOptions: z.looseObject({
    paths: z.optional(z.record(z.string(), strings)),
    typeRoots: z.optional(strings),
    baseUrl: z.optional(z.string()),
    rootDir: z.optional(z.string()),
    composite: z.optional(z.boolean()),
    allowJs: z.optional(z.boolean()),
    checkJs: z.optional(z.boolean()),
    emitDecoratorMetadata: z.optional(z.boolean()),
  }),
})

/** What a project's tsconfig.json comes to, with all that it extends. Paths are relative to the project. */
export type ShownConfig = z.infer<typeof shown>

export const hasTsconfig = ({ folder }: Project): boolean => fs.existsSync(path.join(folder, 'tsconfig.json'))

/** A folder of the project in which the compiler takes a source: it refuses any outside of "rootDir". */
export function sourceFolder({ compilerOptions: { rootDir = '.' } }: ShownConfig): string {
  return path.isAbsolute(rootDir) || rootDir.startsWith('..') ? '.' : rootDir
}

/** Asks the compiler what a tsconfig.json comes to. A file that it cannot read comes to nothing here: its own check reports why. */
export async function showConfig(project: Project, signal: AbortSignal): Promise<ShownConfig> {
  const nothing: ShownConfig = { files: [], compilerOptions: {} }
  if (!hasTsconfig(project)) return nothing
  const { text } = await runCompiler(project.folder, ['-p', '.', '--showConfig'], signal)
  try {
    return shown.parse(JSON.parse(text))
  } catch {
    return nothing
  }
}

/**
 * The tsconfig.json of a check: the project's own, for these plugins, `more` files, and those files of the project that
 * declare something for others. What is not installed yet comes from beside kplug. It must lie in the project's folder,
 * which decides where types and `${configDir}` are looked for.
 */
export function checkConfig(
  project: Project,
  sources: readonly PluginSource[],
  { files, compilerOptions }: ShownConfig,
  more: readonly string[],
): object {
  const { allowJs = compilerOptions.checkJs, composite } = compilerOptions
  const own = sources.map(({ file }) => file).filter(file => allowJs || !/\.[mc]?jsx?$/.test(file))
  const extended = hasTsconfig(project)
  return {
    ...(extended ? { extends: './tsconfig.json' } : {}),
    files: [...new Set([...own, ...more, ...files.filter(file => declaresForOthers(project.folder, file))])],
    include: extended ? [] : ['src/**/*.d.ts'],
    compilerOptions: {
      ...(extended ? {} : defaults),
      noEmit: true,
      // These write files, also where nothing is to be emitted.
      composite: false,
      incremental: false,
      tsBuildInfoFile: null,
      ...(composite ? { declaration: true } : {}),
      ...additions(project.folder, compilerOptions),
    },
  }
}

/** esbuild drops the types of decorated properties, which "emitDecoratorMetadata" promises to those who look for them. */
export function metadataProblems(
  { folder }: Project,
  { compilerOptions }: ShownConfig,
  files: readonly string[],
): Problem[] {
  const own = files.filter(file => !file.includes('node_modules/') && /(?<!\.d)\.[mc]?tsx?$/.test(file))
  const decorated = (file: string): boolean =>
    /^\s*@\w/m.test(fs.readFileSync(path.resolve(folder, file), 'utf8'))
  if (!compilerOptions.emitDecoratorMetadata || !own.some(decorated)) return []
  const text = fs.readFileSync(path.join(folder, 'tsconfig.json'), 'utf8')
  const place = positionAt(text, Math.max(0, text.indexOf('"emitDecoratorMetadata"')))
  return [at(projectProblems.decoratorMetadata(), { file: 'tsconfig.json', ...place })]
}

const defaults = { strict: true, target: 'es2023', module: 'nodenext', skipLibCheck: true, types: ['node'] }

/** Declarations, modules that add to a global or to another module, and scripts, whose names are global. */
function declaresForOthers(folder: string, file: string): boolean {
  if (/\.d\.[^/]*ts$/.test(file)) return true
  const text = fs.readFileSync(path.resolve(folder, file), 'utf8')
  return /\bdeclare\s+(?:global|module)\b/.test(text) || !/^\s*(?:import|export)\b/m.test(text)
}

/** What the project's options lack as long as packages are not installed: where kplug, zod and Node's types are. */
function additions(folder: string, options: ShownConfig['compilerOptions']): object {
  const missing = fallbackPackages.filter(name => packageFolder(name, folder) === undefined)
  return {
    ...(missing.length === 0 ? {} : { paths: { ...ownPaths(options), ...pathsOf(missing) } }),
    ...(packageFolder('@types/node', folder) === undefined ? { typeRoots: typeRoots(folder, options) } : {}),
  }
}

const ownPaths = ({ paths = {}, baseUrl = '.' }: ShownConfig['compilerOptions']): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(paths).map(([name, targets]) => [
      name,
      targets.map(target => (path.isAbsolute(target) ? target : `./${path.posix.join(baseUrl, target)}`)),
    ]),
  )

const pathsOf = (names: readonly string[]): Record<string, string[]> =>
  Object.fromEntries(names.flatMap(typePaths))

function typePaths(name: string): [string, string[]][] {
  if (name === 'kplug') {
    return [
      ['kplug', [path.join(kplugFolder, 'dist', 'index.d.ts')]],
      ['kplug/testing', [path.join(kplugFolder, 'dist', 'testing.d.ts')]],
    ]
  }
  const home = packageFolder(name, kplugFolder) ?? ''
  // Where modules are resolved as Node does, a path is a file, never a folder.
  return [
    [name, [path.join(home, 'index.d.ts')]],
    [`${name}/*`, [path.join(home, '*', 'index.d.ts')]],
  ]
}

/** The compiler looks in every `node_modules/@types` from the project upward, unless it is told where. */
function typeRoots(folder: string, options: ShownConfig['compilerOptions']): string[] {
  const types = packageFolder('@types/node', kplugFolder)
  const usual: string[] = []
  for (let above = folder; ; above = path.dirname(above)) {
    usual.push(path.join(above, 'node_modules', '@types'))
    if (path.dirname(above) === above) break
  }
  return [...(options.typeRoots ?? usual), ...(types === undefined ? [] : [path.dirname(types)])]
}
