import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Command, CommanderError } from 'commander'
import type { ExitCode, Io } from './io.js'
import { systemReason } from './errors/system-error.js'
import { UsageError } from './errors/usage-error.js'
import { capital } from './errors/words.js'
import { startEsbuild } from './build/start-esbuild.js'
import { takeEnvironment } from './cli/environment.js'
import { explain, reportIfJson } from './cli/explain.js'
import { separateOptionalValues } from './cli/optional-values.js'
import { commanderSentence } from './cli/sentence.js'
import { kplugVersion } from './project/installation.js'

/** A command: it declares its arguments and options, and runs with the parsed values. */
interface Verb {
  define(command: Command): void
  run(io: Io, args: never, options: never, command: Command): ExitCode | Promise<ExitCode>
}

// Listed here so that `--help` loads no command. Each command is a separate file in the build, loaded when it runs.
const verbs: Record<string, { summary: string; load: () => Promise<Verb> }> = {
  new: {
    summary: 'add a plugin to the project; in an empty folder, create the project first',
    load: () => import('./commands/new.js'),
  },
  init: {
    summary: 'add kplug to an existing package',
    load: () => import('./commands/init.js'),
  },
  build: {
    summary: 'type-check the plugins and bundle them into the plugins folder',
    load: () => import('./commands/build.js'),
  },
  list: {
    summary: 'list the plugins in the plugins folder, and the version in effect',
    load: () => import('./commands/list.js'),
  },
  describe: {
    summary: 'show kind, name, version, properties and arguments of one plugin',
    load: () => import('./commands/describe.js'),
  },
  validate: {
    summary: 'report the problems of a project, a plugins folder or a package',
    load: () => import('./commands/validate.js'),
  },
  run: {
    summary: 'run one plugin on standard input and output',
    load: () => import('./commands/run.js'),
  },
  dev: {
    summary: 'rebuild and install on every save, and show the rows of a rule',
    load: () => import('./commands/dev.js'),
  },
  pack: {
    summary: 'make the zip that eKuiper installs',
    load: () => import('./commands/pack.js'),
  },
  push: {
    summary: 'install or update the package in running engines, and verify that it runs',
    load: () => import('./commands/push.js'),
  },
  call: {
    summary: 'call a function of a running engine once, and print its result',
    load: () => import('./commands/call.js'),
  },
  doctor: {
    summary: 'check the project, a running engine, its packages and its rules',
    load: () => import('./commands/doctor.js'),
  },
  state: {
    summary: 'list, show or clear the state of plugins in a folder or in Redis',
    load: () => import('./commands/state.js'),
  },
  serve: {
    summary: 'list plugins and packages over HTTP, as eKuiper does',
    load: () => import('./commands/serve.js'),
  },
  completion: {
    summary: 'print the completion script of a shell',
    load: () => import('./commands/completion.js'),
  },
}

/** Runs one command line. Never throws: every result becomes output and an exit code. */
export async function main(world: Io): Promise<ExitCode> {
  const io = withLateStderr(world)
  let written: ExitCode | undefined
  io.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that closes the pipe early (`| head`) is not a failure.
    if (error.code !== 'EPIPE' && written === undefined) {
      io.stderr.write(`Cannot write to standard output: ${systemReason(error)}\n`)
      written = 2
    }
  })
  const flush = flushOf(io.stdout)
  const report = reportIfJson(io)
  const code = await runCommandLine(io).catch((error: unknown) => explain(error, io))
  report(code)
  await flush()
  return written ?? code
}

/** Opens standard error only when it is used: opening it takes a tenth of the time of a short command. */
function withLateStderr(world: Io): Io {
  let stderr: Io['stderr'] | undefined
  return new Proxy(world, {
    get(target, name) {
      // Without a reader of standard error, there is no place for a report.
      if (name === 'stderr') return (stderr ??= target.stderr.on('error', () => {}))
      const found: unknown = Reflect.get(target, name)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })
}

/** Waits for a failed write: the error is reported later, even if the write itself was synchronous. */
function flushOf(stream: Io['stdout']): () => Promise<void> {
  // Bound before a plugin runs, because plugins must not write here.
  const write = stream.write.bind(stream) as (text: string, done: () => void) => boolean
  return () => new Promise(resolve => write('', () => setImmediate(resolve)))
}

async function runCommandLine(io: Io): Promise<ExitCode> {
  const typed = withoutHelpWord(io.argv.slice(2))
  if (typed.length === 1 && (typed[0] === '--version' || typed[0] === '-V')) {
    io.stdout.write(`${kplugVersion()}\n`)
    return 0
  }
  if (typed[0] === 'build') void startEsbuild()
  const { Command, CommanderError } = await import('commander')
  const program = new Command('kplug')
  let code: ExitCode = 0
  let words = typed
  describeProgram(program, io)
  for (const [name, { summary, load }] of declaredFor(typed)) {
    const command = program.command(name).summary(summary).description(capital(summary))
    command.option(...directoryOption)
    if (typed.includes(name)) {
      const verb = await load()
      verb.define(command)
      words = separateOptionalValues(command, words)
      takeEnvironment(command, words, io.env)
      if (asksForHelp(typed)) command.addHelpText('after', (await import('./commands/help.js')).helpFor(name))
      command.action(async () => {
        changeFolder(command, io)
        // commander parsed the options that define() declared, which are the parameters of run().
        code = await verb.run(io, command.processedArgs as never, command.opts<never>(), command)
      })
    }
  }
  if (typed.length === 0) program.outputHelp()
  else await program.parseAsync(words, { from: 'user' }).catch(rethrow(CommanderError, commandIn(typed)))
  return code
}

/** A command that is named first is declared alone, which saves time. `completion` completes the words of all others. */
const declaredFor = ([first]: readonly string[]): [string, (typeof verbs)[string]][] =>
  Object.entries(verbs).filter(([name]) => name === first || first === 'completion' || !isCommand(first))

/** `kplug help COMMAND`, as in git and npm. An unknown command has no help, so commander reports it. */
function withoutHelpWord(typed: readonly string[]): string[] {
  const words = typed[0] === 'help' ? [...typed.slice(1), '--help'] : [...typed]
  const [first = '-'] = words
  return first.startsWith('-') || isCommand(first) ? words : [first]
}

const asksForHelp = (typed: readonly string[]): boolean => typed.includes('--help') || typed.includes('-h')

const commandIn = (typed: readonly string[]): string | undefined => typed.find(isCommand)

const isCommand = (word = ''): boolean => Object.hasOwn(verbs, word)

const directoryOption = ['-C, --directory <dir>', 'run as if started in this folder'] as const

function describeProgram(program: Command, io: Io): void {
  program
    .description('Write plugins for the stream engine eKuiper in TypeScript')
    .version(kplugVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .option(...directoryOption)
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: text => io.stdout.write(text),
      writeErr: () => {},
      getOutHelpWidth: () => io.stdout.columns ?? 80,
    })
    .addHelpText('after', '\n"kplug help COMMAND" shows the options, examples and exit codes of a command.')
}

/** `-C DIR`, as in git and make: before the command or after it. */
function changeFolder(command: Command, io: Io): void {
  const { directory } = command.optsWithGlobals<{ directory?: string }>()
  if (directory === undefined) return
  const folder = path.resolve(io.cwd(), directory)
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`Cannot run in ${folder}: it is not a folder`)
  io.chdir(folder)
}

/** commander also throws after it has shown help. Its real errors become kplug's messages. */
function rethrow(CommanderErrorClass: typeof CommanderError, command: string | undefined) {
  return (error: unknown): void => {
    if (!(error instanceof CommanderErrorClass)) throw error
    if (error.exitCode === 0) return
    throw new UsageError(commanderSentence(error.message, command), { cause: error })
  }
}
