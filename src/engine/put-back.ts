import { isUsageError, UsageError } from '../errors/usage-error.js'
import type { Engine } from './engine.js'
import { discardPackage, findPackage, installPackage, removeUpload } from './portables.js'
import { installedFrom, type Situation } from './situation.js'
import { respondsAgain, untilWell, type Watch } from './well.js'

/** Another push has changed the package meanwhile. It must not be restored. */
export class Overtaken extends UsageError {}

/** Throws if the installed package is not from the file that was sent. */
export async function expectOwn(engine: Engine, name: string, path: string): Promise<void> {
  const from = await installedFrom(engine, name)
  if (from !== '' && !from.endsWith(path)) throw await overtaken(engine, name)
}

/** Throws if another push has finished since the engine was inspected. */
export async function expectUnchanged(engine: Engine, name: string, { stored }: Situation): Promise<void> {
  const from = await installedFrom(engine, name)
  if (from !== (stored.installedFrom.get(name) ?? '')) throw await overtaken(engine, name)
}

async function overtaken(engine: Engine, name: string): Promise<Overtaken> {
  const version = (await findPackage(engine, name))?.version ?? 'none'
  return new Overtaken(
    `Cannot update "${name}": another push installed version ${version} at the same time; run "kplug list --engine ${engine.url.origin}"`,
  )
}

interface Failed {
  name: string
  version: string
  /** The upload that does not run. */
  sent: string
}

/**
 * Restores the previous package, because the engine deletes it before it installs the new one. Resolves with the error
 * that says why the new version failed and what is installed now.
 */
export async function putBack(
  engine: Engine,
  failed: Failed,
  before: Situation,
  reason: UsageError,
  how: Watch,
): Promise<UsageError> {
  const said = `version ${failed.version} does not run: ${reason.message}`
  const withOutcome = (outcome: string): UsageError =>
    new UsageError(`${said}; ${outcome}`, { cause: reason })
  if (!(await respondsAgain(engine))) {
    return withOutcome(
      `the engine does not respond: start it again, then run "kplug list --engine ${engine.url.origin}" to see what is installed`,
    )
  }
  try {
    return (
      (await overtakenBy(engine, failed, before)) ?? withOutcome(await restore(engine, failed, before, how))
    )
  } catch (error) {
    if (!isUsageError(error)) throw error
    return withOutcome(`restoring ${before.installed?.version ?? 'nothing'} also failed: ${error.message}`)
  }
}

async function overtakenBy(
  engine: Engine,
  { name, sent }: Failed,
  { current }: Situation,
): Promise<Overtaken | undefined> {
  const from = await installedFrom(engine, name)
  const isOurs = [`/${sent}`, current?.path].some(path => path !== undefined && from.endsWith(path))
  return from === '' || isOurs ? undefined : overtaken(engine, name)
}

async function restore(
  engine: Engine,
  { name, sent }: Failed,
  { installed, current }: Situation,
  how: Watch,
): Promise<string> {
  if (installed === undefined) {
    await discardPackage(engine, name)
    await removeUpload(engine, sent)
    return 'nothing is installed'
  }
  if (current === undefined) return `version ${installed.version} is no longer installed`
  await installPackage(engine, name, current.path, await findPackage(engine, name))
  const watched = await untilWell(engine, name, how)
  await removeUpload(engine, sent)
  return `version ${installed.version} is installed again and ${watched ? 'running' : 'was not watched'}`
}
