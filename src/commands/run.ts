import type { Command } from 'commander'
import type { ExitCode, Io } from '../io.js'
import type { Problem } from '../problem/problem.js'
import { eachLine } from '../run/each-line.js'
import { throughStages } from '../run/pipeline.js'
import { type Builds, withReplacement } from '../run/replacement.js'
import { inRounds } from '../run/rounds.js'
import { readCurrent, SourceRun } from '../run/source-run.js'
import { importPlugin, type Plugin } from '../runtime/plugin.js'
import { kindFrom, nameFrom } from './arguments.js'
import { inspectIfAsked } from './inspecting.js'
import { untilInterrupted } from './interrupt.js'
import { inLocalSession, inNewSession, type LocalSession } from './local-session.js'
import { readProps } from './props.js'
import { replayFor } from './recordings.js'
import { reportProblems } from './report-build.js'
import { defineOptions, refuseMisplaced, refuseWithoutRows, type RunOptions } from './run-options.js'
import { builtFile, targetFor } from './run-target.js'
import type { Rebuilds } from './run-watch.js'

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
  const problems = (found: readonly Problem[]): void => reportProblems(io, found)
  return untilInterrupted(io, async interrupted => {
    const built = await builtFile(target, interrupted, problems)
    if (typeof built === 'number') return built
    const setting = {
      home: target,
      options: { ...options, played: replayFor(io, target, options) },
      printsRows: kind !== 'sink',
      expects: kind !== 'source' || options.limit !== undefined,
      interrupted,
    }
    return inLocalSession(io, setting, async session => {
      const { host, signal, stage, terminal } = session
      if (options.replay === undefined) await host.checkState()
      const file = stage(target, built.file)
      await inspectIfAsked(options, file)
      const plugin = await importPlugin(file, kind, name.symbol)
      const rebuilds =
        options.watch && target.project
          ? await startRebuilds(io, { project: target.project, signal, stage, terminal })
          : undefined
      const builds = rebuilds?.of(target)
      const play = kind === 'source' ? readRows : passLines
      try {
        if (options.replay === undefined) {
          return await play({ session, plugin, props, options }, builds)
        }
        await inRounds([plugin], builds ? [builds] : [], signal, ([current = plugin], ends) =>
          inNewSession(io, setting, session, ends, round =>
            play({ session: round, plugin: current, props, options }, undefined),
          ),
        )
      } finally {
        await rebuilds?.close()
      }
    })
  })
}

async function startRebuilds(io: Io, around: ConstructorParameters<typeof Rebuilds>[1]): Promise<Rebuilds> {
  const { Rebuilds: Loaded } = await import('./run-watch.js')
  return new Loaded(io, around)
}

interface Session {
  session: LocalSession
  plugin: Plugin
  props: Record<string, unknown>
  options: RunOptions
}

type Runner = (session: Session, builds: Builds | undefined) => Promise<void>

const readRows: Runner = async ({ session, plugin, props, options }, builds) => {
  const { datasource: dataSource = '', limit = Infinity, meta: withMeta = false } = options
  const take = (row: string, meta = '{}'): Promise<void> | undefined =>
    session.print(row, withMeta ? `{"message":${row},"meta":${meta}}` : row)
  const reading = { settings: { dataSource, props }, limit, take }
  const start = (current: Plugin): SourceRun => new SourceRun(session, current, reading)
  await withReplacement(plugin, start, builds, source => readCurrent(source, builds, session.signal))
}

const passLines: Runner = async ({ session, plugin, props, options: { args, as = 'result' } }, builds) => {
  const stage = { plugin, builds, props, mapping: { args, as } }
  await throughStages(session, [stage], session.print, step => eachLine(session, step))
}
