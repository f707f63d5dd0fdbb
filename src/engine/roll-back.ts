import { UsageError } from '../errors/usage-error.js'
import type { DeliverOptions } from './deliver.js'
import { knownDefaults, renewFromForms } from './configurations.js'
import type { Engine } from './engine.js'
import { withLock } from './lock.js'
import { rulesNamed } from './objections.js'
import { installPackage, removePackage, removeUpload, sourcesIn } from './portables.js'
import { lookAt, runningRulesOf, type Situation } from './situation.js'
import type { Upload } from './uploads.js'
import { untilWell } from './well.js'

/** Installs the newest earlier upload whose content differs from the installed one. */
export const rollBack = (engine: Engine, name: string, options: DeliverOptions): Promise<string> =>
  withLock(engine, name, options.force, () => installEarlier(engine, name, options))

async function installEarlier(engine: Engine, name: string, options: DeliverOptions): Promise<string> {
  const { watch, say, signal } = options
  const situation = await lookAt(engine, name)
  const { installed } = situation
  const target = earlierUpload(situation)
  if (target === undefined) throw nothingEarlier(name, situation)
  const done =
    installed === undefined
      ? `installed ${target.version} again`
      : `rolled back from ${shown(situation.current?.upload, target) ?? installed.version} to ${shown(target, situation.current?.upload)}`
  if (signal.aborted) throw new UsageError('stopped before changing anything')
  const sources = installed ? sourcesIn(installed) : []
  const known = await knownDefaults(engine, sources)
  say(`installing ${target.file}`)
  await installPackage(engine, name, target.path, installed)
  await renewFromForms(engine, sources, known)
  if (!(await untilWell(engine, name, { watch, signal })))
    throw new UsageError(`stopped: ${done}, but did not watch it`)
  return done
}

/** `uploads` is sorted, newest first. If no package is installed, the newest upload is the target. */
function earlierUpload({ installed, current, history }: Situation): Upload | undefined {
  if (installed === undefined) return history[0]
  const own = current?.upload
  if (own === undefined) return history.find(({ version }) => version !== installed.version)
  return history.find(({ sequence, checksum }) => sequence < own.sequence && checksum !== own.checksum)
}

/** A version, with the checksum if two uploads have the same version. */
function shown(upload: Upload, other: Upload | undefined): string
function shown(upload: Upload | undefined, other: Upload | undefined): string | undefined
function shown(upload: Upload | undefined, other: Upload | undefined): string | undefined {
  return upload?.version === other?.version && upload !== undefined
    ? `${upload.version} (${upload.checksum})`
    : upload?.version
}

const nothingEarlier = (name: string, { installed }: Situation): UsageError =>
  new UsageError(
    installed === undefined
      ? `Package "${name}" is not installed, and the engine keeps no upload of it; push a version`
      : `No upload of "${name}" is older than the installed version ${installed.version}; push the version that you want`,
  )

/**
 * Removes a package. Its upload stays, because an export of the engine refers to it. Removing a package that is not
 * installed deletes its uploads.
 */
export const uninstall = (engine: Engine, name: string, { force }: DeliverOptions): Promise<string> =>
  withLock(engine, name, force, () => removeWithUploads(engine, name))

async function removeWithUploads(engine: Engine, name: string): Promise<string> {
  const situation = await lookAt(engine, name)
  const { installed, current, history } = situation
  if (installed === undefined && history.length === 0)
    throw new UsageError(`Package "${name}" is not installed`)
  const running = installed ? await runningRulesOf(engine, installed, situation.stored) : []
  if (installed) await removePackage(engine, name)
  const kept = installed === undefined ? undefined : current?.upload
  for (const { file } of history) if (file !== kept?.file) await removeUpload(engine, file)
  if (installed === undefined) return `removed the uploads of a package that is not installed`
  const silent = running.map(({ rule }) => rule.id)
  return [
    `removed ${installed.version}`,
    ...(silent.length === 0
      ? []
      : [`${rulesNamed(silent)} ${silent.length === 1 ? 'stops' : 'stop'} producing rows`]),
    ...(kept === undefined
      ? []
      : [`the upload ${kept.file} is kept for exports; run "--remove" again to delete it`]),
  ].join('; ')
}
