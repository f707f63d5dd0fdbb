import type { Command } from 'commander'
import type { ExitCode, Io } from '../io.js'
import { eachLine } from '../run/each-line.js'
import { type PipelineStage, throughStages } from '../run/pipeline.js'
import { withReplacement } from '../run/replacement.js'
import { readCurrent, SourceRun } from '../run/source-run.js'
import { importPlugin, type Plugin } from '../runtime/plugin.js'
import { kindFrom, nameFrom } from './arguments.js'
import { inspectIfAsked } from './inspecting.js'
import { untilInterrupted } from './interrupt.js'
import { inLocalSession, type LocalSession, play } from './local-session.js'
import { readProps } from './props.js'
import { replayFor } from './recordings.js'
import { reportProblems } from './report-build.js'
import { defineOptions, refuseMisplaced, refuseWithoutRows, type RunOptions } from './run-options.js'
import { builtFile, targetFor } from './run-target.js'
import { Rebuilds } from './run-watch.js'

export function define(command: Command): void {
  command.argument('<kind>', 'source, sink or function').argument('<name>', 'name or symbol of the plugin')
  defineOptions(command)
}

export async function run(
  io: Io,
  [kindText, nameText]: [string, string],
  options: RunOptions,
): Promise<ExitCode> {
  const kind = kindFrom(kindText)
  const name = nameFrom(nameText)
  refuseMisplaced(kind, options)
  refuseWithoutRows(kind, options)
  const props = await readProps(io.cwd(), options.props, options.prop ?? [])
  const target = targetFor(io, kind, name, options)
  return untilInterrupted(io, async (interrupted, blocking) => {
    const built = await builtFile(target, interrupted, problems => reportProblems(io, problems))
    if (built === undefined) return 1
    const setting = {
      home: target,
      options,
      played: replayFor(io, target, options),
      printsRows: kind !== 'sink',
      expects: kind !== 'source' || options.limit !== undefined,
      interrupted,
    }
    return inLocalSession(io, setting, async session => {
      if (options.replay === undefined) await session.host.checkState()
      const file = session.stage(target, built.file)
      await blocking(() => inspectIfAsked(options, file))
      const plugin = await importPlugin(file, kind, name.symbol)
      const rebuilds = options.watch && target.project ? new Rebuilds(io, target.project, session) : undefined
      const { args, as = 'result' } = options
      const stage = { plugin, builds: rebuilds?.of(target), props, mapping: { args, as } }
      try {
        if (kind === 'source') await readRows(session, stage, options)
        else await play(io, setting, session, [stage], passLines)
      } finally {
        await rebuilds?.close()
      }
    })
  })
}

async function readRows(session: LocalSession, stage: PipelineStage, options: RunOptions): Promise<void> {
  const { plugin, builds, props } = stage
  const { datasource: dataSource = '', limit = Infinity, meta: withMeta = false } = options
  const take = (row: string, meta = '{}'): Promise<void> | undefined =>
    session.print(row, withMeta ? `{"message":${row},"meta":${meta}}` : row)
  const reading = { settings: { dataSource, props }, limit, take }
  const start = (current: Plugin): SourceRun => new SourceRun(session, current, reading)
  await withReplacement(plugin, start, builds, source => readCurrent(source, builds, session.signal))
}

const passLines = (session: LocalSession, stages: readonly PipelineStage[]): Promise<void> =>
  throughStages(session, stages, session.print, step => eachLine(session, step))
