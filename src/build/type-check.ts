import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { slashedFrom } from '../project/slashed.js'
import { at, type Problem, problems } from '../problem/problem.js'
import { UsageError } from '../errors/usage-error.js'
import { fallbackPackages } from './fallback-packages.js'
import { kplugFolder, packageFolder } from '../project/installation.js'
import type { PluginSource } from '../project/plugin-sources.js'
import type { Project } from '../project/project.js'

/** The compiler that checks a project: its own, else the one beside kplug; undefined where there is neither. */
export function findTypeScript(folder: string): string | undefined {
  const home = packageFolder('typescript', folder) ?? packageFolder('typescript', kplugFolder)
  return home === undefined ? undefined : path.join(home, 'bin', 'tsc')
}

/**
 * The tsconfig.json of a check: what the project says, for these plugins and `more` files only, with what is not yet
 * installed.
 */
function checkConfig(
  project: Project,
  sources: readonly PluginSource[],
  more: readonly string[] = [],
): object {
  const missing = fallbackPackages.filter(name => packageFolder(name, project.folder) === undefined)
  const own = path.join(project.folder, 'tsconfig.json')
  const types = packageFolder('@types/node', project.folder) ?? packageFolder('@types/node', kplugFolder)
  return {
    ...(fs.existsSync(own) ? { extends: own } : {}),
    files: [...sources.map(source => path.join(project.folder, source.file)), ...more],
    // What the plugins may refer to without importing it: declarations of untyped packages, of globals.
    include: [path.join(project.folder, 'src', '**', '*.d.ts')],
    compilerOptions: {
      ...(fs.existsSync(own)
        ? {}
        : { strict: true, target: 'es2023', module: 'nodenext', skipLibCheck: true }),
      noEmit: true,
      composite: false,
      incremental: false,
      // The generated files lie outside the project.
      ...(more.length === 0 ? {} : { rootDir: path.parse(project.folder).root }),
      ...(types === undefined ? {} : { typeRoots: [path.dirname(types)], types: ['node'] }),
      ...(missing.length === 0 ? {} : { paths: Object.fromEntries(missing.flatMap(typePaths)) }),
    },
  }
}

function typePaths(name: string): [string, string[]][] {
  if (name === 'kplug') {
    return [
      ['kplug', [path.join(kplugFolder, 'dist', 'index.d.ts')]],
      ['kplug/testing', [path.join(kplugFolder, 'dist', 'testing.d.ts')]],
    ]
  }
  const folder = packageFolder(name, kplugFolder) ?? ''
  // Where modules are resolved as Node does, a path is a file, never a folder.
  return [
    [name, [path.join(folder, 'index.d.ts')]],
    [`${name}/*`, [path.join(folder, '*', 'index.d.ts')]],
  ]
}

/** A file that is made for a type-check only. */
export interface GeneratedFile {
  name: string
  text: string
}

/**
 * Starts the type-check in a process of its own, so that it runs beside the bundling. Answers its problems, those of
 * a generated file under its name; aborting the signal ends it.
 */
export async function typeCheck(
  project: Project,
  sources: readonly PluginSource[],
  tsc: string,
  signal?: AbortSignal,
  generated?: GeneratedFile,
): Promise<Problem[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-check-'))
  try {
    const config = path.join(folder, 'tsconfig.json')
    const more = generated === undefined ? [] : [path.join(folder, generated.name)]
    if (generated) fs.writeFileSync(path.join(folder, generated.name), generated.text)
    fs.writeFileSync(config, JSON.stringify(checkConfig(project, sources, more)))
    const child = spawn(process.execPath, [tsc, '-p', config, '--pretty', 'false'], {
      cwd: project.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal ? { signal } : {}),
    })
    const { output, exitCode } = await outputOf(child)
    const ours = relativeTo(project.folder, `${fs.realpathSync(folder)}/`)
    const found = parseTypeErrors(output, project.folder).map(problem =>
      problem.file?.startsWith(`${ours}/`)
        ? at(problem, { file: problem.file.slice(ours.length + 1) })
        : problem,
    )
    if (exitCode !== 0 && found.length === 0) {
      throw new UsageError(
        `Cannot check types with ${tsc}: ${output.trim().split('\n')[0] ?? `exit code ${exitCode}`}`,
      )
    }
    return [...found, ...(await problemsBehindSyntax(project, sources, found, tsc, signal))]
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** The compiler looks at no types before every file can be read: the plugins that can be are checked apart. */
async function problemsBehindSyntax(
  project: Project,
  sources: readonly PluginSource[],
  found: readonly Problem[],
  tsc: string,
  signal: AbortSignal | undefined,
): Promise<Problem[]> {
  const broken = new Set(found.filter(isOfSyntax).map(problem => problem.file))
  const others = sources.filter(source => !broken.has(source.file))
  if (others.length === 0 || others.length === sources.length) return []
  const said = new Set(found.map(problem => JSON.stringify(problem)))
  const more = await typeCheck(project, others, tsc, signal)
  return more.filter(problem => !said.has(JSON.stringify(problem)))
}

const isOfSyntax = ({ message }: Problem): boolean => /\(TS1\d{3}\)/.test(message)

async function outputOf(child: ChildProcess): Promise<{ output: string; exitCode: number | null }> {
  const chunks: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [exitCode]: [number | null] = (await once(child, 'close')) as [number | null]
  return { output: Buffer.concat(chunks).toString(), exitCode }
}

/** Reads the compiler's plain output: `file(line,column): error TS2322: message`, indented lines going on. */
export function parseTypeErrors(output: string, folder: string): Problem[] {
  const found: Problem[] = []
  for (const line of output.split(/\r?\n/)) {
    const match = /^(?:(.+?)\((\d+),(\d+)\): )?error (TS\d+): (.*)$/.exec(line)
    const last = found.at(-1)
    if (match) {
      const [, file, row, column, code = '', message = ''] = match
      const problem = problems.typeError(code, message)
      found.push(
        file === undefined
          ? problem
          : at(problem, { file: relativeTo(folder, file), line: Number(row), column: Number(column) }),
      )
    } else if (last && /^\s+\S/.test(line)) {
      last.message = `${last.message}\n${line}`
    }
  }
  return found
}

const relativeTo = (folder: string, file: string): string => slashedFrom(folder, path.resolve(folder, file))
