import { setTimeout } from 'node:timers/promises'
import { isUsageError, UsageError } from '../errors/usage-error.js'
import { type Engine, EngineRefusal } from './engine.js'
import {
  engineVersion,
  findPackage,
  installPackage,
  listUploads,
  packageStatus,
  removePackage,
  removeUpload,
  updatePackage,
  upload,
} from './portables.js'
import { nextUpload, type Upload, uploadsOf } from './uploads.js'

/** A package on this machine's disk. */
export interface Delivery {
  name: string
  version: string
  file: string
  sha256: string
}

export interface DeliverOptions {
  /** Update even where there is no way back. */
  force: boolean
  /** Milliseconds to look on after it runs: a plugin that dies on its first row was running first. */
  watch: number
  /** Takes a line about what is being done. */
  say: (line: string) => void
}

interface Situation {
  /** The version that is installed, if any. */
  installed: string | undefined
  history: Upload[]
  paths: Map<string, string>
}

const oldest = [2, 0] as const

async function lookAt(engine: Engine, name: string): Promise<Situation> {
  const version = await engineVersion(engine)
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (version !== '' && (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))) {
    throw new UsageError(`${engine.url.href} is eKuiper ${version}: kplug needs ${oldest.join('.')} or newer`)
  }
  const installed = await findPackage(engine, name)
  const paths = await listUploads(engine)
  return { installed: installed?.version, history: uploadsOf(name, paths.keys()), paths }
}

/** Installs or updates a package in one engine, and sees that it runs; what fails is put back as it was. */
export async function deliver(engine: Engine, delivery: Delivery, options: DeliverOptions): Promise<string> {
  const before = await lookAt(engine, delivery.name)
  const previous = before.history.find(({ version }) => version === before.installed)
  if (before.installed !== undefined && previous === undefined && !options.force) {
    throw new UsageError(
      `Version ${before.installed} there was not put there by kplug, so there is no way back to it: update all the same with "--force"`,
    )
  }
  const name = nextUpload(delivery.name, delivery.version, delivery.sha256, before.history)
  options.say(`sending ${name}`)
  const path = await upload(engine, name, delivery.file)
  try {
    options.say(before.installed === undefined ? 'installing' : `updating from ${before.installed}`)
    await (before.installed === undefined ? installPackage : updatePackage)(engine, delivery.name, path)
    await untilWell(engine, delivery.name, options.watch)
  } catch (error) {
    throw await putBack(engine, delivery, { ...before, previous, failed: name }, error)
  }
  await prune(engine, [name, previous?.file], before.history)
  return before.installed === undefined
    ? `installed ${delivery.version}`
    : `updated from ${before.installed} to ${delivery.version}`
}

interface Failed extends Situation {
  previous: Upload | undefined
  /** The upload that did not run. */
  failed: string
}

/** The engine deleted the old package before it tried the new one: this installs it again, and says what is there now. */
async function putBack(
  engine: Engine,
  { name, version }: Delivery,
  failed: Failed,
  reason: unknown,
): Promise<Error> {
  if (!isUsageError(reason)) return reason instanceof Error ? reason : new Error(String(reason))
  const { installed, previous, paths } = failed
  const said = `version ${version} does not run: ${reason.message}`
  if (!(await comesBack(engine))) {
    return new UsageError(
      `${said}; the engine is gone, and only "kplug list --engine" can tell what is there when it is back`,
      {
        cause: reason,
      },
    )
  }
  try {
    if (installed === undefined) {
      await removePackage(engine, name).catch(ignoreRefusal)
      await removeUpload(engine, failed.failed)
      return new UsageError(`${said}; nothing is installed`, { cause: reason })
    }
    const path = previous === undefined ? undefined : paths.get(previous.file)
    if (path === undefined) return new UsageError(`${said}; version ${installed} is gone`, { cause: reason })
    await reinstall(engine, name, path)
    await removeUpload(engine, failed.failed)
    return new UsageError(`${said}; version ${installed} is back and running`, { cause: reason })
  } catch (error) {
    if (!isUsageError(error)) throw error
    return new UsageError(`${said}; putting back ${installed ?? 'nothing'} failed, too: ${error.message}`, {
      cause: error,
    })
  }
}

/** An engine that died in the middle is often started again by who looks after it: it gets a while for that. */
async function comesBack(engine: Engine): Promise<boolean> {
  const giveUp = Date.now() + longestAbsence
  for (;;) {
    try {
      await engineVersion(engine)
      return true
    } catch (error) {
      if (!isUsageError(error)) throw error
      if (Date.now() > giveUp) return false
      await setTimeout(betweenLooks)
    }
  }
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof EngineRefusal)) throw error
}

/** Whatever is left of the package is removed first, if anything: a refused update leaves nothing behind. */
async function reinstall(engine: Engine, name: string, path: string): Promise<void> {
  const there = await findPackage(engine, name)
  await (there === undefined ? installPackage : updatePackage)(engine, name, path)
  await untilWell(engine, name, 0)
}

const longestStart = 90_000
const longestAbsence = 20_000
const betweenLooks = 200

/** Waits until a package runs, and looks on for a while; throws with what the engine says of it otherwise. */
async function untilWell(engine: Engine, name: string, watch: number): Promise<void> {
  const giveUp = Date.now() + longestStart
  let wellSince: number | undefined
  for (;;) {
    const { status, errMsg } = await packageStatus(engine, name)
    if (status === 'error' || status === 'stop')
      throw new UsageError(errMsg === '' ? `its process ended (${status})` : errMsg)
    if (status === 'running') wellSince ??= Date.now()
    if (wellSince !== undefined && Date.now() - wellSince >= watch) return
    if (wellSince === undefined && Date.now() > giveUp)
      throw new UsageError(`it is still ${status} after ${longestStart / 1000} s`)
    await setTimeout(betweenLooks)
  }
}

/** Keeps the current upload and the one before; the engine refers to none of the others. */
async function prune(
  engine: Engine,
  kept: readonly (string | undefined)[],
  history: readonly Upload[],
): Promise<void> {
  for (const { file } of history) if (!kept.includes(file)) await removeUpload(engine, file)
}

/** Goes back to the upload before the one that is installed. */
export async function rollBack(
  engine: Engine,
  name: string,
  { watch, say }: DeliverOptions,
): Promise<string> {
  const { installed, history, paths } = await lookAt(engine, name)
  const [current, previous] = history
  const path = previous === undefined ? undefined : paths.get(previous.file)
  if (installed === undefined) throw new UsageError(`Package "${name}" is not installed`)
  if (current === undefined || previous === undefined || path === undefined) {
    throw new UsageError(`No earlier upload of "${name}" is kept there: push the version that you want`)
  }
  say(`going back from ${installed} to ${previous.version}`)
  await updatePackage(engine, name, path)
  await untilWell(engine, name, watch)
  await removeUpload(engine, current.file)
  return `went back from ${installed} to ${previous.version}`
}

/** Takes a package off, with what was uploaded for it. */
export async function takeOff(engine: Engine, name: string): Promise<string> {
  const { installed, history } = await lookAt(engine, name)
  if (installed === undefined) throw new UsageError(`Package "${name}" is not installed`)
  await removePackage(engine, name)
  for (const { file } of history) await removeUpload(engine, file)
  return `removed ${installed}`
}
