import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import type { Command } from 'commander'
import { UsageError } from '../plugin/usage-error.js'
import { type Project, readProject } from '../project/project.js'
import { zip } from '../project/zip.js'
import { packageAsJson, packageAsText } from '../report/package.js'
import { untilInterrupted } from './interrupt.js'
import type { ExitCode, Io } from './io.js'
import { buildAndPack, writePackage } from './make-package.js'

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
    if (options.verify) await verify(io, project, options.name, await zip(made.entries), signal)
    const { file, bytes, sha256 } = await writePackage(project, made)
    const summary = { ...made, file, bytes: bytes.length, sha256 }
    io.stdout.write(options.json ? packageAsJson(summary) : packageAsText(summary))
    return 0
  })
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
