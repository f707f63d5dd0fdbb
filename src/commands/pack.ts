import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import type { Command } from 'commander'
import { attempt } from '../errors/cannot.js'
import { UsageError } from '../errors/usage-error.js'
import { layoutEntries, writeEntries } from '../package/layout.js'
import { type Project, readProject } from '../project/project.js'
import { runtimes, targets } from '../package/binary/binaries.js'
import { type ChooseRuntime, standaloneRuntime } from '../package/standalone.js'
import { workspaceRoot } from '../project/find-project.js'
import { sha256Of } from '../package/sha256.js'
import { zip } from '../package/write-zip.js'
import { packageAsJson, packageAsText } from '../report/package.js'
import { inProject } from './interrupt.js'
import type { ExitCode, Io } from '../io.js'
import { reportProblems } from './report-build.js'
import type { Package } from '../package/pack.js'
import { buildAndPack, writePackage } from '../packing/make-package.js'
import { say } from './say.js'

interface Options {
  name?: string
  standalone?: string
  runtime: string
  node?: string
  layout?: string
  verify?: boolean
  json?: boolean
}

export function define(command: Command): void {
  command
    .option('--name <name>', 'name of the package in eKuiper (default: from the name of the project)')
    .option('--standalone <target>', `include a runtime for a platform: one of ${targets.join(', ')}`)
    .option('--runtime <name>', `the runtime of --standalone: ${runtimes.join(' or ')}`, 'node')
    .option('--node <file>', 'include this Node.js program')
    .option('--layout <dir>', "write the files in the layout of an engine's root, for a container image")
    .option('--verify', 'also pack a copy of the project in another folder, and compare')
    .option('--json', 'print JSON')
}

export function run(io: Io, _args: [], options: Options): Promise<ExitCode> {
  return inProject(io, async (project, signal) => {
    const packing = { name: options.name, runtime: runtimeFor(io, options) }
    const pack = (one: Project): Promise<Package | undefined> =>
      buildAndPack(one, packing, signal, problems => reportProblems(io, problems))
    const made = await pack(project)
    if (made === undefined) return 1
    if (options.verify) await verify(io, project, await zip(made.entries), pack)
    if (options.layout !== undefined) {
      writeEntries(path.resolve(io.cwd(), options.layout), layoutEntries(made))
      say(io, `Wrote the layout of ${made.name} to ${options.layout}`)
      return 0
    }
    const { file, bytes } = await writePackage(project, made)
    const summary = { ...made, file, bytes: bytes.length, sha256: sha256Of(bytes) }
    io.stdout.write(options.json ? packageAsJson(summary) : packageAsText(summary))
    return 0
  })
}

/** The runtime to include: one from npm for a platform, or any Node.js program. */
function runtimeFor(io: Io, { standalone, runtime, node }: Options): ChooseRuntime | undefined {
  if (node !== undefined) {
    const file = path.resolve(io.cwd(), node)
    const program = attempt(`read the program ${file}`, () => fs.readFileSync(file))
    return () => ({ runtime: 'node', program })
  }
  if (standalone === undefined) return undefined
  return standaloneRuntime({ target: standalone, runtime }, io.env, line => say(io, line))
}

/** The same sources must give the same bytes in any folder. A difference is a bug in kplug or in a plugin's build. */
async function verify(
  io: Io,
  project: Project,
  bytes: Buffer,
  pack: (project: Project) => Promise<Package | undefined>,
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-verify-'))
  try {
    const copy = copyProject(project, path.join(folder, 'one', 'deeper'))
    const second = await pack(readProject(copy))
    const same = second !== undefined && (await zip(second.entries)).equals(bytes)
    if (!same)
      throw new UsageError('The package is not reproducible: a copy of the project gives different bytes')
    io.stderr.write('Packed twice, in two folders: the same bytes\n')
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** Copies a project with its whole workspace, and links the installed packages. Returns the path of the copy. */
function copyProject(project: Project, to: string): string {
  const root = workspaceRoot(project.folder)
  const left = new Set([
    ...['plugins', 'dist'].map(entry => path.join(project.folder, entry)),
    path.join(root, '.git'),
  ])
  const installed: string[] = []
  const filter = (file: string): boolean => {
    if (path.basename(file) !== 'node_modules') return !left.has(file)
    installed.push(file)
    return false
  }
  fs.cpSync(root, to, { recursive: true, filter })
  for (const modules of installed)
    fs.symlinkSync(modules, path.join(to, path.relative(root, modules)), 'junction')
  return path.join(to, path.relative(root, project.folder))
}
