import * as path from 'node:path'
import type { Command } from 'commander'
import { type DeliverOptions, deliver, rollBack, takeOff } from '../engine/deliver.js'
import type { Engine } from '../engine/engine.js'
import { isError } from '../problem/problem.js'
import { isUsageError, UsageError } from '../errors/usage-error.js'
import { checkPackage } from '../check/package.js'
import { identify } from '../package/pack.js'
import { type Project, readProject } from '../project/project.js'
import { sideBySide } from '../waiting/side-by-side.js'
import { enginesFrom } from './engines.js'
import { untilInterrupted } from './interrupt.js'
import type { ExitCode, Io } from '../io.js'
import { buildAndPack, writePackage } from './make-package.js'
import { reportProblems } from './report-build.js'

interface Options {
  engine?: string[]
  ca?: string
  name?: string
  canary: number
  watchSeconds: number
  bootCheck: boolean
  force?: boolean
  rollback?: boolean
  remove?: boolean
}

export function define(command: Command): void {
  command
    .option(
      '--engine <url>',
      "an engine's REST address, once or more; those of package.json unless given",
      gathered,
    )
    .option('--name <name>', "the package's name in eKuiper; made of the project's unless given")
    .option('--ca <file>', "the certificate that signed the engine's own")
    .option(
      '--canary <n>',
      'do so many engines first, and the others only when those are well',
      wholeNumber,
      0,
    )
    .option('--watch-seconds <n>', 'how long to look on after it runs', wholeNumber, 3)
    .option('--no-boot-check', 'leave out starting the package here first')
    .option('--force', 'update also what kplug did not put there')
    .option('--rollback', 'go back to the version before')
    .option('--remove', 'take the package off')
}

const gathered = (value: string, before: string[] = []): string[] => [...before, value]

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new UsageError(`Option takes a whole number, got "${text}"`)
}

export function run(io: Io, _args: [], options: Options): Promise<ExitCode> {
  return untilInterrupted(io, async signal => {
    const project = readProject(io.cwd())
    const urls = [...new Set(options.engine ?? project.settings.engines ?? [])]
    if (urls.length === 0) {
      throw new UsageError(
        'No engine to push to: give "--engine URL", or name some in "kplug.engines" of package.json',
      )
    }
    const engines = enginesFrom(io, urls, options.ca)
    const act = await actionFor(io, project, options, signal)
    if (act === undefined) return 1
    return summarise(io, await inTurns(io, engines, act, options))
  })
}

type Act = (engine: Engine, how: DeliverOptions) => Promise<string>

/** What is to be done with each engine; undefined where the package has problems, which were reported. */
async function actionFor(
  io: Io,
  project: Project,
  options: Options,
  signal: AbortSignal,
): Promise<Act | undefined> {
  if (options.remove || options.rollback) {
    const { name } = identify(project, options.name)
    return options.remove ? engine => takeOff(engine, name) : (engine, how) => rollBack(engine, name, how)
  }
  const made = await buildAndPack(io, project, { name: options.name }, signal)
  if (made === undefined) return undefined
  const { file, sha256 } = await writePackage(project, made)
  const { name, version } = made
  if (options.bootCheck && !(await boots(io, path.join(project.folder, file), signal))) return undefined
  return (engine, how) =>
    deliver(engine, { name, version, sha256, file: path.join(project.folder, file) }, how)
}

/** What does not start here does not start there: found in seconds, and with the line of its source. */
async function boots(io: Io, file: string, signal: AbortSignal): Promise<boolean> {
  const { problems } = await checkPackage(file, { types: false, load: false, boot: true, signal })
  const errors = problems.filter(isError)
  reportProblems(io, errors)
  return errors.length === 0
}

interface Outcome {
  engine: Engine
  /** Undefined where it failed, null where it was not tried. */
  done: string | undefined | null
}

// Engines are small machines, and so may be the one that pushes.
const enginesAtATime = 8

/** The canaries first; the others only when all of those are well. One that fails does not stop the ones beside it. */
async function inTurns(io: Io, engines: readonly Engine[], act: Act, options: Options): Promise<Outcome[]> {
  const canaries = await together(io, engines.slice(0, options.canary), act, options)
  const others = engines.slice(options.canary)
  if (canaries.some(({ done }) => done === undefined)) {
    return [...canaries, ...others.map(engine => ({ engine, done: null }))]
  }
  return [...canaries, ...(await together(io, others, act, options))]
}

const together = (io: Io, engines: readonly Engine[], act: Act, options: Options): Promise<Outcome[]> =>
  sideBySide(engines, enginesAtATime, async engine => ({ engine, done: await one(io, engine, act, options) }))

async function one(io: Io, engine: Engine, act: Act, options: Options): Promise<string | undefined> {
  const say = (line: string): void => void io.stderr.write(`${engine.url.origin}: ${line}\n`)
  try {
    const done = await act(engine, { force: options.force === true, watch: options.watchSeconds * 1000, say })
    io.stdout.write(`${engine.url.origin}: ${done}\n`)
    return done
  } catch (error) {
    if (!isUsageError(error)) throw error
    say(`failed: ${error.message}`)
    return undefined
  }
}

function summarise(io: Io, outcomes: readonly Outcome[]): ExitCode {
  const failed = outcomes.filter(({ done }) => done === undefined).length
  const untried = outcomes.filter(({ done }) => done === null).length
  if (outcomes.length > 1) {
    const skipped = untried === 0 ? '' : `, ${untried} not tried since a canary failed`
    io.stderr.write(
      `${outcomes.length - failed - untried} of ${outcomes.length} engines done, ${failed} failed${skipped}\n`,
    )
  }
  return failed > 0 ? 1 : 0
}
