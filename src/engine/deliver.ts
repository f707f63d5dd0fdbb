import { isUsageError, UsageError } from '../errors/usage-error.js'
import { knownDefaults, renewConfigurations } from './configurations.js'
import type { Engine } from './engine.js'
import { aggregatesOf } from './metadata.js'
import {
  type Arrival,
  changedAggregates,
  clashesWith,
  dropsOf,
  noWayBack,
  type Objection,
  unbootedOn,
  refusalOf,
} from './objections.js'
import { installPackage, removeUpload, upload } from './portables.js'
import { type GivenProperties, propertiesGiven } from './properties.js'
import { findPlugin } from '../plugin/plugin-id.js'
import { isOutside } from '../plugin/engine-range.js'
import { withLock } from './lock.js'
import { expectOwn, expectUnchanged, Overtaken, putBack } from './put-back.js'
import { lookAt, runningRulesOf, type Situation } from './situation.js'
import { nextUpload, type Upload } from './uploads.js'
import { untilWell } from './well.js'

/** A package on this machine's disk. */
export interface Delivery extends Arrival {
  version: string
  file: string
  sha256: string
  /** The versions of eKuiper that it is for. */
  engine: string | undefined
  /** The named configurations of each source, `default` among them. */
  configurations: ReadonlyMap<string, Record<string, Record<string, unknown>>>
  /** Why the new version refuses properties, for each refusal. */
  refusals: (given: readonly GivenProperties[]) => Promise<(GivenProperties & { reason: string })[]>
}

export interface DeliverOptions {
  /** Continue even if a running rule would fail, or no rollback is possible. */
  force: boolean
  /** Milliseconds to watch a package after it runs: a plugin that fails on its first row runs until then. */
  watch: number
  /** Aborts when the user stops the command. A change that has begun in the engine is completed first. */
  signal: AbortSignal
  /** Whether the package was started on this machine first. */
  booted: boolean
  /** Receives lines about the progress. */
  say: (line: string) => void
  /** An upload that is never deleted, however many follow it. */
  keep?: string | undefined
}

/** Installs or updates a package in one engine and watches it; restores the previous version if it fails. */
export async function deliver(engine: Engine, delivery: Delivery, options: DeliverOptions): Promise<string> {
  const before = await lookAt(engine, delivery.name)
  if (isOutside(before.version.text, delivery.engine))
    options.say(
      `warning: eKuiper ${before.version.text} is not one that the package is for: "kplug.engine" is "${delivery.engine}"`,
    )
  refuse(await objectionsTo(engine, delivery, before, options), options)
  return withLock(engine, delivery.name, options.force, () => replace(engine, delivery, before, options))
}

async function replace(
  engine: Engine,
  delivery: Delivery,
  before: Situation,
  options: DeliverOptions,
): Promise<string> {
  await expectUnchanged(engine, delivery.name, before)
  const known = await knownDefaults(engine, delivery.configurations.keys())
  const sent = await send(engine, delivery, before, options)
  const watched = await install(engine, delivery, before, sent, options)
  for (const line of await renewConfigurations(engine, delivery.configurations, known)) options.say(line)
  await prune(engine, [sent.file, options.keep], delivery, before)
  const { version } = delivery
  const done =
    before.installed === undefined
      ? `installed ${version}`
      : `updated from ${before.installed.version} to ${version}`
  if (!watched) throw new UsageError(`stopped: ${done}, but did not watch it`)
  return done
}

async function objectionsTo(
  engine: Engine,
  delivery: Delivery,
  before: Situation,
  { booted }: DeliverOptions,
): Promise<Objection[]> {
  const clashes = [...clashesWith(delivery, before)]
  if (before.installed === undefined) return clashes
  const running = await runningRulesOf(engine, before.installed, before.stored)
  const given = await propertiesGiven(engine, before.stored, running)
  const kept = given.filter(plugin => findPlugin(delivery.plugins, plugin))
  return [
    ...clashes,
    ...dropsOf(delivery, before, running),
    ...(booted ? [] : unbootedOn(before, running)),
    ...(await delivery.refusals(kept)).map(refused => refusalOf(refused, before)),
    ...changedAggregates(delivery, await aggregatesOf(engine)),
    ...noWayBack(before),
  ]
}

function refuse(objections: readonly Objection[], { force, say }: DeliverOptions): void {
  const holding = objections.filter(({ yields }) => !force || !yields)
  for (const objection of objections) if (!holding.includes(objection)) say(`warning: ${objection.sentence}`)
  if (holding.length === 0) return
  const sentences = holding.map(({ sentence }) => sentence).join('. ')
  const remedy = holding.every(({ yields }) => yields) ? '. Use "--force" to continue' : ''
  throw new UsageError(`${sentences}${remedy}`)
}

type Sent = Pick<Upload, 'file' | 'path'>

async function send(
  engine: Engine,
  { name, version, sha256, file }: Delivery,
  { history }: Situation,
  { say, signal }: DeliverOptions,
): Promise<Sent> {
  if (signal.aborted) throw new UsageError('stopped before sending anything')
  const sent = nextUpload(name, version, sha256, history)
  say(`sending ${sent}`)
  const path = await upload(engine, sent, file, signal).catch(async (error: unknown) => {
    if (!signal.aborted) throw error
    await removeUpload(engine, sent)
    throw new UsageError('stopped while sending the package: nothing was changed', { cause: error })
  })
  return { file: sent, path }
}

/** Resolves with whether the package was watched for the full time. */
async function install(
  engine: Engine,
  delivery: Delivery,
  before: Situation,
  sent: Sent,
  { say, watch, signal, force }: DeliverOptions,
): Promise<boolean> {
  const { name } = delivery
  const { installed } = before
  try {
    say(installed === undefined ? 'installing' : `updating from ${installed.version}`)
    await installPackage(engine, name, sent.path, installed)
    const watched = await untilWell(engine, name, { watch, signal, force })
    await expectOwn(engine, name, sent.path)
    return watched
  } catch (error) {
    if (!isUsageError(error) || error instanceof Overtaken) throw error
    throw await putBack(engine, { ...delivery, sent: sent.file }, before, error, { watch, signal })
  }
}

/** Keeps the new upload and the upload of the previous version, even after repeated pushes of one version. */
async function prune(
  engine: Engine,
  kept: readonly (string | undefined)[],
  { sha256 }: Delivery,
  { history, current }: Situation,
): Promise<void> {
  const different = (other: Upload | undefined): boolean =>
    other !== undefined && !sha256.startsWith(other.checksum)
  const previous = different(current?.upload) ? current?.upload : history.find(different)
  for (const { file } of history) {
    if (!kept.includes(file) && file !== previous?.file) await removeUpload(engine, file)
  }
}
