import type { About } from '../plugin/about.js'
import { isUsageError, UsageError } from '../errors/usage-error.js'
import type { ExitCode, Io } from '../io.js'
import { pluginsFolder, readProject } from '../project/project.js'
import { failureAsText } from '../report/failure.js'
import { eachLine } from '../run/each-line.js'
import type { Mapping } from '../run/function-step.js'
import type { LocalRun } from '../run/local-run.js'
import { type PipelineStage, type Step, throughStages, titleOf } from '../run/pipeline.js'
import { withReplacement } from '../run/replacement.js'
import { inRounds } from '../run/rounds.js'
import { readCurrent, SourceRun } from '../run/source-run.js'
import { importPlugin, type Plugin } from '../runtime/plugin.js'
import { type Inspecting, inspectIfAsked } from './inspecting.js'
import { untilInterrupted } from './interrupt.js'
import { inLocalSession, inSessionAnew, type LocalSession } from './local-session.js'
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
  const played = replayFor(io, last, options)
  if (played && parts[0]?.target.kind === 'source')
    throw new UsageError('Cannot replay into a source: remove it from the pipeline')
  return untilInterrupted<ExitCode>(io, async interrupted => {
    const setting = {
      home: { project, folder: pluginsFolder(project) },
      options: { ...options, played },
      printsRows: last?.kind !== 'sink',
      expects: false,
      interrupted,
      several: true,
      json: options.json === true,
    }
    await inLocalSession(io, setting, async session => {
      const rebuilds = new Rebuilds(io, { ...session, project })
      const builds = parts.map(({ target }) => rebuilds.of(target))
      session.terminal.note('Watching for changes: press Ctrl-C to stop')
      const play = async (attempt: number): Promise<void> => {
        const loaded = await load(parts, builds, session, options, attempt)
        if (played === undefined) return flow(session, loaded)
        await inRounds(
          loaded.map(({ plugin }) => plugin),
          builds,
          session.signal,
          (plugins, ends) =>
            inSessionAnew(io, setting, session, ends, round =>
              flow(
                round,
                loaded.map((stage, index) => ({
                  ...stage,
                  plugin: plugins[index] ?? stage.plugin,
                  builds: undefined,
                })),
              ),
            ),
        )
      }
      try {
        await untilItStarts(io, session, rebuilds, play)
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
  play: (attempt: number) => Promise<void>,
): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const changed = rebuilds.changed()
    try {
      return await play(attempt)
    } catch (error) {
      if (isUsageError(error) || signal.aborted) throw error
      if (!(error instanceof NotBuilt)) terminal.failed(failureAsText(error, io.cwd()))
    }
    await changed
  }
}

/** Problems of a build that were reported. */
class NotBuilt extends Error {}

async function load(
  parts: readonly Part[],
  builds: readonly PluginBuilds[],
  session: LocalSession,
  options: Inspecting,
  attempt: number,
): Promise<Loaded[]> {
  const files: string[] = []
  for (const { target } of parts) {
    const built = await builtFile(target, session.signal, session.terminal.problems)
    if (typeof built === 'number') throw new NotBuilt()
    files.push(session.stage(target, built.file))
  }
  const loaded: Loaded[] = []
  for (const [index, { target, stage, props }] of parts.entries()) {
    const file = files[index] ?? ''
    if (index === 0 && attempt === 0) await inspectIfAsked(options, file)
    const own = builds[index]
    const plugin = await (own?.load(file) ?? importPlugin(file, target.kind, target.name.symbol))
    loaded.push({ stage, plugin, props, builds: own, mapping: mappingOf(stage, plugin.about) })
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
  const last: Step = row => {
    if (stages.at(-1)?.plugin.kind !== 'sink') return session.print(row)
    session.record(row)
    return undefined
  }
  if (head?.plugin.kind !== 'source') {
    return throughStages(session, stages, last, first => eachLine(session, first))
  }
  return throughStages(session, others, last, first => readSource(session, head, first))
}

async function readSource(session: LocalSession, head: Loaded, take: Step): Promise<void> {
  const { plugin, builds, props, stage } = head
  const { signal, terminal } = session
  const title = titleOf(plugin)
  const run = { ...session, failed: (error: unknown) => session.failed(error, title) }
  const settings = { dataSource: stage.options.datasource ?? '', props }
  const start = (current: Plugin): SourceRun =>
    new SourceRun(run, current, { settings, limit: Infinity, take })
  await withReplacement(plugin, start, builds, async current => {
    while (!signal.aborted) {
      await readCurrent(current, builds, signal)
      if (signal.aborted) return
      terminal.note(`The ${title} has ended: its next build starts it again`)
      await current.replaced(signal)
    }
  })
}
