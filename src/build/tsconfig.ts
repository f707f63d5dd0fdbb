import * as fs from 'node:fs'
import * as path from 'node:path'
import * as z from 'zod/mini'
import { projectProblems } from '../problem/project-problems.js'
import { positionAt } from '../problem/position.js'
import { at, type Problem } from '../problem/problem.js'
import { withFoldersAbove } from '../project/folders-above.js'
import { kplugFolder, packageFolder } from '../project/installation.js'
import type { Project } from '../project/project.js'
import type { PluginSource } from '../project/plugin-sources.js'
import { runCompiler } from './compiler.js'
import { fallbackPackages } from './fallback-packages.js'

const strings = z.array(z.string())

// Made only when types are checked, because schemas take time.
const shownSchema = () =>
  z.looseObject({
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

/**
 * The effective tsconfig.json of a project, including everything that it extends. Paths are relative to the project.
 */
export type ShownConfig = z.infer<ReturnType<typeof shownSchema>>

export const hasTsconfig = ({ folder }: Project): boolean => fs.existsSync(path.join(folder, 'tsconfig.json'))

/** A folder of the project in which the compiler accepts a source file: it refuses files outside of "rootDir". */
export function sourceFolder({ compilerOptions: { rootDir = '.' } }: ShownConfig): string {
  return path.isAbsolute(rootDir) || rootDir.startsWith('..') ? '.' : rootDir
}

/**
 * Asks the compiler for the effective tsconfig.json. An unreadable file gives an empty result: the type-check reports
 * the error.
 */
export async function showConfig(project: Project, signal: AbortSignal): Promise<ShownConfig> {
  const nothing: ShownConfig = { files: [], compilerOptions: {} }
  if (!hasTsconfig(project)) return nothing
  const { text } = await runCompiler(project.folder, ['-p', '.', '--showConfig'], signal)
  try {
    return shownSchema().parse(JSON.parse(text))
  } catch {
    return nothing
  }
}

/**
 * The tsconfig.json of a check: the project's own, for these plugins, for `more` files, and for files of the
 * project with global declarations. Packages that are not installed are resolved from kplug's folder. It must be in the
 * project's folder, because its location decides where types and `${configDir}` are resolved.
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
      // With these options, the compiler writes files even if "noEmit" is set.
      composite: false,
      incremental: false,
      tsBuildInfoFile: null,
      ...(composite ? { declaration: true } : {}),
      ...additions(project.folder, compilerOptions),
    },
  }
}

/** esbuild does not emit the types of decorated properties that "emitDecoratorMetadata" requires. */
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

/**
 * Files that affect others: declarations, modules that extend a global or another module, and scripts, whose names are
 * global.
 */
function declaresForOthers(folder: string, file: string): boolean {
  if (/\.d\.[^/]*ts$/.test(file)) return true
  const text = fs.readFileSync(path.resolve(folder, file), 'utf8')
  return /\bdeclare\s+(?:global|module)\b/.test(text) || !/^\s*(?:import|export)\b/m.test(text)
}

/**
 * The options that a project lacks while its packages are not installed: the locations of kplug, zod and Node's types.
 */
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
  // In Node's module resolution, a path is a file, never a folder.
  return [
    [name, [path.join(home, 'index.d.ts')]],
    [`${name}/*`, [path.join(home, '*', 'index.d.ts')]],
  ]
}

/** By default, the compiler searches every `node_modules/@types` from the project upward. */
function typeRoots(folder: string, options: ShownConfig['compilerOptions']): string[] {
  const types = packageFolder('@types/node', kplugFolder)
  const usual = withFoldersAbove(folder).map(above => path.join(above, 'node_modules', '@types'))
  return [...(options.typeRoots ?? usual), ...(types === undefined ? [] : [path.dirname(types)])]
}
