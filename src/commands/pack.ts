import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import type { Command } from 'commander'
import { isError, type Problem } from '../plugin/problem.js'
import { UsageError } from '../plugin/usage-error.js'
import { buildPlugins } from '../project/build.js'
import { clashes, identify, makePackage, type Package } from '../project/pack.js'
import { findPluginSources } from '../project/plugin-sources.js'
import { type Project, readProject } from '../project/project.js'
import { Staging } from '../project/staging.js'
import { isStale } from '../project/stale.js'
import { zip } from '../project/zip.js'
import { packageAsJson, packageAsText } from '../report/package.js'
import { untilInterrupted } from './interrupt.js'
import type { ExitCode, Io } from './io.js'
import { reportProblems } from './report-build.js'

interface Options {
  name?: string
  verify?: boolean
  json?: boolean
}

export function define(command: Command): void {
  command
    .option('--name <name>', "the package's name in eKuiper; made of the project's unless given")
    .option('--verify', 'pack a copy of the project in another folder, too, and compare')
    .option('--json', 'print JSON')
}

export function run(io: Io, _args: [], options: Options): Promise<ExitCode> {
  return untilInterrupted(io, async signal => {
    const project = readProject(io.cwd())
    const made = await buildAndPack(io, project, options.name, signal)
    if (made === undefined) return 1
    const bytes = await zip(made.entries)
    if (options.verify) await verify(io, project, options.name, bytes, signal)
    const file = `${made.name}-${made.version}.zip`
    install(path.join(project.folder, 'dist'), file, bytes)
    const sha256 = sha256Of(bytes)
    const summary = { ...made, file: `dist/${file}`, bytes: bytes.length, sha256 }
    io.stdout.write(options.json ? packageAsJson(summary) : packageAsText(summary))
    return 0
  })
}

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Builds what is stale, type-checked, and makes the package; undefined where problems were reported. */
async function buildAndPack(
  io: Io,
  project: Project,
  name: string | undefined,
  signal: AbortSignal,
): Promise<Package | undefined> {
  identify(project, name)
  const { sources, problems } = findPluginSources(project)
  if (sources.length === 0) throw new UsageError('No plugins to pack: add one with "kplug new"')
  const found = [...problems, ...clashes(sources)]
  const stale = sources.filter(source => isStale(project, source))
  const built =
    stale.length > 0 || found.some(isError)
      ? await buildPlugins(project, stale, found, { minify: false, check: true, clean: false, signal })
      : { problems: found }
  if (refused(io, built.problems)) return undefined
  const { made, problems: unloadable } = await makePackage(project, sources, name)
  refused(io, unloadable)
  return made
}

function refused(io: Io, problems: readonly Problem[]): boolean {
  reportProblems(io, problems)
  return problems.some(isError)
}

function install(folder: string, file: string, bytes: Buffer): void {
  const staging = new Staging(folder)
  try {
    staging.add(file, bytes)
    staging.install()
  } finally {
    staging.discard()
  }
}

/** The same sources must give the same bytes in any folder: what does not hold here is a bug in kplug or in a plugin's build. */
async function verify(
  io: Io,
  project: Project,
  name: string | undefined,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-verify-'))
  try {
    const copy = path.join(folder, 'one', 'deeper')
    const left = new Set(
      ['node_modules', 'plugins', 'dist', '.git'].map(entry => path.join(project.folder, entry)),
    )
    fs.cpSync(project.folder, copy, { recursive: true, filter: file => !left.has(file) })
    const modules = path.join(project.folder, 'node_modules')
    if (fs.existsSync(modules)) fs.symlinkSync(modules, path.join(copy, 'node_modules'), 'junction')
    const second = await buildAndPack(io, readProject(copy), name, signal)
    const same = second !== undefined && (await zip(second.entries)).equals(bytes)
    if (!same)
      throw new UsageError('The package is not reproducible: a copy of the project gives other bytes')
    io.stderr.write('Packed twice, in two folders: the same bytes\n')
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}
