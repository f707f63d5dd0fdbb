import type { About } from '../plugin/about.js'
import { isUsageError, UsageError } from '../errors/usage-error.js'
import type { ExitCode, Io } from '../io.js'
import { pluginsFolder, readProject } from '../project/project.js'
import { failureAsText } from '../report/failure.js'
import { eachLine } from '../run/each-line.js'
import type { Mapping } from '../run/function-step.js'
import type { LocalRun } from '../run/local-run.js'
import { oneByOne, type PipelineStage, type Step, throughStages, titleOf } from '../run/pipeline.js'
import { withReplacement } from '../run/replacement.js'
import { readCurrent, SourceRun } from '../run/source-run.js'
import type { Plugin } from '../runtime/plugin.js'
import { type Inspecting, inspectIfAsked } from './inspecting.js'
import { untilInterrupted } from './interrupt.js'
import { inLocalSession, type LocalSession, play } from './local-session.js'
import { readProps } from './props.js'
import { type Recordings, replayFor } from './recordings.js'
import { builtFile, type Target, targetFor } from './run-target.js'
import { type PluginBuilds, Rebuilds } from './run-watch.js'
import { type Stage, stagesOf } from './stages.js'

/** The options of `kplug dev` that a pipeline has. */
export interface PipelineOptions extends Recordings, Inspecting {
  state?: string
  json?: boolean
}

interface Loaded extends PipelineStage {
  stage: Stage
}

/** Runs plugins in one process, passes the rows of each to the next, and replaces each with its new builds. */
export async function runPipeline(io: Io, text: string, options: PipelineOptions): Promise<ExitCode> {
  const project = readProject(io.cwd())
  const parts = await Promise.all(stagesOf(text).map(stage => partFrom(io, stage)))
  const last = parts.at(-1)?.target
  if (options.replay !== undefined && parts[0]?.target.kind === 'source')
    throw new UsageError('Cannot replay into a source: remove it from the pipeline')
  const played = replayFor(io, last, options)
  return untilInterrupted<ExitCode>(io, async (interrupted, blocking) => {
    const setting = {
      home: { project, folder: pluginsFolder(project) },
      options,
      played,
      printsRows: last?.kind !== 'sink',
      expects: false,
      interrupted,
      several: true,
    }
    await inLocalSession(io, setting, async session => {
      const rebuilds = new Rebuilds(io, project, session)
      const watched = parts.map(part => ({ ...part, builds: rebuilds.of(part.target) }))
      // A debugger is awaited before the first plugin is loaded, not before each build.
      let inspected: Promise<void> | undefined
      const inspect = (file: string): Promise<void> =>
        (inspected ??= blocking(() => inspectIfAsked(options, file)))
      session.terminal.note('Watching for changes: press Ctrl-C to stop')
      const start = async (): Promise<void> => {
        await play(io, setting, session, await load(watched, session, inspect), flow)
      }
      try {
        await untilItStarts(io, session, rebuilds, start)
      } finally {
        await rebuilds.close()
      }
      session.terminal.note(summary(session))
    })
    return 0
  })
}

const summary = ({ count: { rows, failed } }: LocalRun): string =>
  `${rows} rows in${failed === 0 ? '' : `, ${failed} failed`}`

/** A stage, and the files from which it is loaded. */
interface Part {
  target: Target
  stage: Stage
  props: Record<string, unknown>
}

interface WatchedPart extends Part {
  builds: PluginBuilds
}

async function partFrom(io: Io, stage: Stage): Promise<Part> {
  const { kind, name, options } = stage
  return {
    stage,
    target: targetFor(io, kind, name, { watch: true }),
    props: await readProps(io.cwd(), options.props, options.prop ?? []),
  }
}

/** If a build or a start fails, it is reported, and the next save tries again. */
async function untilItStarts(
  io: Io,
  { terminal, signal }: LocalSession,
  rebuilds: Rebuilds,
  start: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const changed = rebuilds.changed()
    try {
      return await start()
    } catch (error) {
      if (isUsageError(error) || signal.aborted) throw error
      if (!(error instanceof NotBuilt)) terminal.failed(failureAsText(error, io.cwd()))
    }
    await changed
  }
}

/** Problems of a build that were reported. */
class NotBuilt extends Error {}

/** Builds all stages before it loads the first one. */
async function load(
  parts: readonly WatchedPart[],
  session: LocalSession,
  inspect: (file: string) => Promise<void>,
): Promise<Loaded[]> {
  const staged: { part: WatchedPart; file: string }[] = []
  for (const part of parts) {
    const built = await builtFile(part.target, session.signal, session.terminal.problems)
    if (built === undefined) throw new NotBuilt()
    staged.push({ part, file: session.stage(part.target, built.file) })
  }
  const loaded: Loaded[] = []
  for (const { part, file } of staged) {
    await inspect(file)
    const { stage, props, builds } = part
    const plugin = await builds.load(file)
    const mapping = mappingOf(stage, plugin.about)
    loaded.push({ stage, plugin, title: titleOf(plugin), props, builds, mapping })
  }
  return loaded
}

/** Without `--args`, the arguments are the fields that the function's own description names, or all fields. */
function mappingOf({ options: { args, as = 'result' } }: Stage, about: About | undefined): Mapping {
  if (args !== undefined) return { args, as }
  const named = about?.args?.filter(({ optional }) => optional !== true).map(({ name }) => name)
  return named === undefined ? { args: 'all', as } : { args: named, as, strict: true }
}

/** Passes rows through all stages, until the first stage has ended. */
async function flow(session: LocalSession, stages: readonly Loaded[]): Promise<void> {
  const [head, ...others] = stages
  if (head?.plugin.kind !== 'source') {
    return throughStages(session, stages, session.print, first => eachLine(session, first))
  }
  return throughStages(session, others, session.print, first => readSource(session, head, first))
}

async function readSource(session: LocalSession, head: Loaded, take: Step): Promise<void> {
  const { plugin, builds, props, stage } = head
  const { signal, terminal } = session
  const title = titleOf(plugin)
  const run = { ...session, failed: (error: unknown) => session.failed(error, title) }
  const settings = { dataSource: stage.options.datasource ?? '', props }
  const reading = { settings, limit: Infinity, take: oneByOne(take) }
  const start = (current: Plugin): SourceRun => new SourceRun(run, current, reading)
  await withReplacement(plugin, start, builds, async current => {
    while (!signal.aborted) {
      await readCurrent(current, builds, signal)
      if (signal.aborted) return
      terminal.note(`The ${title} has ended: its next build starts it again`)
      await current.replaced(signal)
    }
  })
}
