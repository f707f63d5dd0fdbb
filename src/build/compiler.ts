import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { UsageError } from '../errors/usage-error.js'
import { kplugFolder, packageFolder } from '../project/installation.js'

/** A TypeScript compiler: a program, and its first arguments. */
interface Compiler {
  command: string
  args: string[]
}

/** The output of a compiler run. */
export interface CompilerOutput {
  text: string
  exitCode: number | null
}

/** Runs the TypeScript of the project, or else the one of kplug, in the folder of the project. */
export async function runCompiler(
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<CompilerOutput> {
  const compiler = findCompiler(folder)
  const child = spawn(compiler.command, [...compiler.args, ...args, '--pretty', 'false'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  })
  return outputOf(child)
}

function findCompiler(folder: string): Compiler {
  const home = packageFolder('typescript', folder) ?? packageFolder('typescript', kplugFolder)
  if (home === undefined) throw missing('TypeScript is not installed')
  // Before version 7, the compiler is a JavaScript file.
  if (!fs.existsSync(path.join(home, 'lib', 'getExePath.js')))
    return { command: process.execPath, args: [path.join(home, 'bin', 'tsc')] }
  const native = `@typescript/typescript-${process.platform}-${process.arch}`
  const program = packageFolder(native, fs.realpathSync(home))
  if (program === undefined) throw missing(`the package "${native}" is not installed`)
  return { command: path.join(program, 'lib', process.platform === 'win32' ? 'tsc.exe' : 'tsc'), args: [] }
}

const missing = (reason: string): UsageError =>
  new UsageError(
    `Cannot check types: ${reason}; run "npm install typescript" with its optional dependencies, or skip the check with "--no-check" ("--no-types" for validate)`,
  )

async function outputOf(child: ChildProcess): Promise<CompilerOutput> {
  const chunks: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [exitCode]: [number | null] = (await once(child, 'close')) as [number | null]
  return { text: Buffer.concat(chunks).toString(), exitCode }
}
