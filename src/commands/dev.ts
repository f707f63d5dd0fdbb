import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import type { Command } from 'commander'
import { beginDevSession, type DevSession } from '../engine/dev-session.js'
import { type Rule, ruleFrom, statementsOf } from '../engine/sql.js'
import { isUsageError, UsageError } from '../errors/usage-error.js'
import type { ExitCode, Io } from '../io.js'
import { identify } from '../package/identity.js'
import { rowSinkOf, withRowSink } from '../package/row-sink.js'
import { zip } from '../package/write-zip.js'
import type { Project } from '../project/project.js'
import { printable, printableJson } from '../report/printable.js'
import { deliveryOf } from './delivery.js'
import type { PipelineOptions } from './dev-pipeline.js'
import { caOption, givenOption } from './arguments.js'
import { engineAt } from './engines.js'
import { defineInspecting } from './inspecting.js'
import { inProject } from './interrupt.js'
import { buildAndPack } from '../packing/make-package.js'
import { onEveryChange } from './on-every-change.js'
import { outputsOf } from './outputs.js'
import { defineRecordings, recorderFor } from './recordings.js'
import { type Terminal, terminalFor } from './terminal.js'

interface Options extends PipelineOptions {
  engine?: string
  rule?: string
  ca?: string
  force?: boolean
}

export function define(command: Command): void {
  command
    .argument('[pipeline]', 'plugins to run here instead of in an engine: "source a | function b | sink c"')
    .option(
      '--engine <url>',
      'REST address of the engine (default: the first of "kplug.engines", or http://127.0.0.1:9081)',
    )
    .option(
      '--rule <sql|file>',
      'a SELECT, or a file with CREATE STREAM statements and a SELECT, separated by ";"',
    )
    .option(...caOption)
    .option('--force', 'start even if the installed version cannot be restored at the end')
    .option('--json', 'print rows and all other events as JSON, one object per line')
    .option('--state <store>', 'of a pipeline: memory, file:DIR or redis://HOST:PORT/PREFIX; default: memory')
  defineRecordings(command)
  defineInspecting(command)
}

/** Builds and installs the package on every save, shows the rule's status and rows, and restores the engine at the end. */
export async function run(io: Io, [pipeline]: [string?], options: Options): Promise<ExitCode> {
  refuseMisplaced(pipeline, options)
  if (pipeline !== undefined) return (await import('./dev-pipeline.js')).runPipeline(io, pipeline, options)
  const terminal = terminalFor(io, options.json, line => void io.stdout.write(`${line}\n`))
  return inProject<ExitCode>(io, async (project, signal) => {
    try {
      await develop(io, project, options, terminal, signal)
    } catch (error) {
      // A reader of the events must not miss the last one.
      if (options.json && isUsageError(error)) terminal.failed(error.message)
      throw error
    }
    return 0
  })
}

const ofEngine = ['engine', 'rule', 'ca', 'force'] as const
const ofPipeline = ['state', 'replay', 'speed', 'deadLetters', 'inspect', 'inspectBrk'] as const

function refuseMisplaced(pipeline: string | undefined, options: Options): void {
  const option = givenOption(options, pipeline === undefined ? ofPipeline : ofEngine)
  if (option === undefined) return
  throw new UsageError(
    pipeline === undefined
      ? `Cannot use option "${option}" without a pipeline: add one, such as 'source ticks | sink print'`
      : `Cannot use option "${option}" with a pipeline, which runs without an engine: remove one of them`,
  )
}

async function develop(
  io: Io,
  project: Project,
  options: Options,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const url = options.engine ?? project.settings.engines?.[0] ?? 'http://127.0.0.1:9081'
  const engine = engineAt(io, url, options.ca)
  const { name } = identify(project, undefined)
  const rule = (): Rule | undefined => ruleIn(io, options.rule)
  rule()
  const recorder = recorderFor(io, options.record, terminal.note)
  const session = await beginDevSession(engine, name, {
    rowSink: rowSinkOf(name),
    force: options.force === true,
    signal,
    row: text => {
      const row = text.trimEnd()
      recorder?.add(row)
      void terminal.row(printableJson(row))
    },
    say: terminal.note,
  })
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-dev-'))
  try {
    const isOutput = outputsOf(io, ...(options.record === undefined ? [] : [options.record]))
    await onEveryChange(project.folder, { signal, isOutput }, async changed => {
      if (changed === undefined) terminal.note('Watching for changes: press Ctrl-C to stop')
      try {
        await install(terminal, project, session, folder, rule, signal)
      } catch (error) {
        // The previous version continues to run. The next save tries again.
        if (!isUsageError(error)) throw error
        // Events are escaped as JSON.
        if (!signal.aborted) terminal.failed(options.json ? error.message : printable(error.message))
      }
    })
  } finally {
    await session.end()
    recorder?.close()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** Builds and packs, and installs a changed package. After problems, the previous version continues to run. */
async function install(
  terminal: Terminal,
  project: Project,
  session: DevSession,
  folder: string,
  rule: () => Rule | undefined,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now()
  const packed = await buildAndPack(project, {}, signal, terminal.problems)
  if (packed === undefined) return
  const made = withRowSink(packed)
  const bytes = await zip(made.entries)
  const file = path.join(folder, `${made.name}.zip`)
  fs.writeFileSync(file, bytes)
  const isNew = await session.update(deliveryOf(project, made, { file, bytes }), rule())
  const milliseconds = Math.round(performance.now() - started)
  if (isNew) terminal.installed(made.version, milliseconds)
}

function ruleIn(io: Io, rule: string | undefined): Rule | undefined {
  if (rule === undefined) return undefined
  const statements = statementsOf(textOf(io, rule))
  return statements.length === 0 ? undefined : ruleFrom(statements)
}

/** The argument itself, or the text of the file that it names. */
function textOf(io: Io, rule: string): string {
  const file = path.resolve(io.cwd(), rule)
  if (fs.statSync(file, { throwIfNoEntry: false })?.isFile()) return fs.readFileSync(file, 'utf8')
  // No statement of SQL is a single word.
  if (/\s/.test(rule.trim())) return rule
  throw new UsageError(`Cannot read the rule "${rule}": there is no such file; name a file, or type a SELECT`)
}
