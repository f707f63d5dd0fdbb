import * as path from 'node:path'
import type { Command } from 'commander'
import { type DeliverOptions, deliver } from '../engine/deliver.js'
import type { Engine } from '../engine/engine.js'
import { rollOut, type Outcome } from '../engine/fleet.js'
import { rollBack, uninstall } from '../engine/roll-back.js'
import { isError } from '../problem/problem.js'
import { UsageError } from '../errors/usage-error.js'
import { checkPackage } from '../check/package.js'
import { identify } from '../package/identity.js'
import type { Project } from '../project/project.js'
import { deliveryOf } from './delivery.js'
import { caOption, gathered, numeric } from './arguments.js'
import { engineAt } from './engines.js'
import { inProject } from './interrupt.js'
import type { ExitCode, Io } from '../io.js'
import { buildAndPack, writePackage } from '../packing/make-package.js'
import { reportProblems } from './report-build.js'
import { asJson } from '../report/json.js'
import { printable } from '../report/printable.js'
import { say } from './say.js'

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
  json?: boolean
}

export function define(command: Command): void {
  command
    .option(
      '--engine <url>',
      'REST address of an engine; repeatable (default: "kplug.engines" of package.json)',
      gathered,
    )
    .option('--name <name>', 'name of the package in eKuiper (default: the name of the project)')
    .option(...caOption)
    .option(
      '--canary <n>',
      'update this many engines first, and the others only if those succeed',
      wholeNumber,
      0,
    )
    .option('--watch-seconds <n>', 'seconds to watch the package after it runs', wholeNumber, 3)
    .option('--no-boot-check', 'do not start the package on this machine first')
    .option('--force', 'continue even if running rules would fail, or no rollback is possible')
    .option('--rollback', 'install the previous version again')
    .option('--remove', 'remove the package')
    .option('--json', 'print JSON')
}

const wholeNumber = numeric('number', /^\d{1,6}$/, 'a whole number from 0 to 999999')

export function run(io: Io, _args: [], options: Options): Promise<ExitCode> {
  return inProject(io, async (project, signal) => {
    const urls = [...new Set(options.engine ?? project.settings.engines ?? [])]
    if (urls.length === 0) {
      throw new UsageError(
        'Cannot push: no engine is named; use "--engine URL", or add "kplug.engines" to package.json',
      )
    }
    const engines = urls.map(url => engineAt(io, url, options.ca))
    const act = await actionFor(io, project, options, signal)
    if (act === undefined) return 1
    const attempt = (engine: Engine): Promise<string> => act(engine, howFor(io, engine, options, signal))
    const tell = (outcome: Outcome): void => show(io, outcome, options.json === true)
    const outcomes = await rollOut(engines, options.canary, attempt, { signal, tell })
    if (options.json) io.stdout.write(asJson({ engines: outcomes.map(outcomeAsJson) }))
    return summarise(io, outcomes)
  })
}

type Act = (engine: Engine, how: DeliverOptions) => Promise<string>

const howFor = (io: Io, engine: Engine, options: Options, signal: AbortSignal): DeliverOptions => ({
  force: options.force === true,
  booted: options.bootCheck,
  watch: options.watchSeconds * 1000,
  signal,
  say: line => say(io, `${engine.url.origin}: ${line}`),
})

/** The action for each engine; undefined if the package has problems, which are reported. */
async function actionFor(
  io: Io,
  project: Project,
  options: Options,
  signal: AbortSignal,
): Promise<Act | undefined> {
  if (options.remove || options.rollback) {
    const { name } = identify(project, options.name)
    const act = options.remove ? uninstall : rollBack
    return (engine, how) => act(engine, name, how)
  }
  const made = await buildAndPack(project, { name: options.name }, signal, problems =>
    reportProblems(io, problems),
  )
  if (made === undefined) return undefined
  const written = await writePackage(project, made)
  if (options.bootCheck && !(await boots(io, project, written.file, signal))) return undefined
  const delivery = deliveryOf(project, made, written)
  return (engine, how) => deliver(engine, delivery, how)
}

/**
 * A package that does not start here does not start in an engine. Here, the failure shows within seconds, with the line
 * of its source.
 */
async function boots(io: Io, project: Project, written: string, signal: AbortSignal): Promise<boolean> {
  const file = path.join(project.folder, written)
  const given = project.settings.check
  const problems = await checkPackage(file, { types: false, load: false, boot: true, given, signal })
  const errors = problems.filter(isError)
  reportProblems(io, errors)
  if (errors.length > 0)
    say(io, 'Nothing was sent. Use "--no-boot-check" to push without starting the package on this machine')
  return errors.length === 0
}

const outcomeAsJson = ({ engine, state, sentence }: Outcome) => ({
  engine: engine.url.origin,
  state,
  message: sentence === '' ? null : sentence,
})

function show(io: Io, { engine, state, sentence }: Outcome, json: boolean): void {
  if (state === 'done' && !json) io.stdout.write(`${printable(`${engine.url.origin}: ${sentence}`)}\n`)
  if (state === 'failed') say(io, `${engine.url.origin}: failed: ${sentence}`)
}

function summarise(io: Io, outcomes: readonly Outcome[]): ExitCode {
  const counts = { done: 0, failed: 0, untried: 0 }
  for (const { state } of outcomes) counts[state] += 1
  if (outcomes.length > 1) {
    const untried = counts.untried === 0 ? '' : `, ${counts.untried} not tried`
    io.stderr.write(`${counts.done} of ${outcomes.length} engines done, ${counts.failed} failed${untried}\n`)
  }
  return counts.done === outcomes.length ? 0 : 1
}
