import { UsageError } from '../errors/usage-error.js'
import { deliver, type Delivery } from './deliver.js'
import type { Engine } from './engine.js'
import {
  findPackage,
  installPackage,
  listUploads,
  released,
  removePackage,
  removeUpload,
} from './portables.js'
import { lookAt, type Situation } from './situation.js'
import type { Rule } from './sql.js'
import { uploadsOf } from './uploads.js'
import { startWatchedRule, type WatchOptions } from './watched-rule.js'

interface DevOptions extends WatchOptions {
  force: boolean
  signal: AbortSignal
}

/** A package under development, in an engine that is restored at the end. */
export interface DevSession {
  /** Installs a new package, and replaces a rule that has changed. Resolves with whether the package is new. */
  update: (delivery: Delivery, rule: Rule | undefined) => Promise<boolean>
  /** Removes everything that the session created, and restores the previous package. */
  end: () => Promise<void>
}

/** Throws if the engine could not be restored at the end. */
export async function beginDevSession(
  engine: Engine,
  name: string,
  options: DevOptions,
): Promise<DevSession> {
  const { force, signal, say } = options
  const before = await lookAt(engine, name)
  if (before.installed !== undefined && before.current === undefined && !force) {
    throw new UsageError(
      `Cannot restore version ${before.installed.version} of "${name}" at the end: kplug did not deploy it; use "--force" to continue`,
    )
  }
  // A developer may stop the engine.
  const how = {
    force: true,
    booted: true,
    watch: 0,
    signal,
    say: () => {},
    keep: before.current?.upload?.file,
  }
  let installed: string | undefined
  const id = `kplug_dev_${name}`
  let running: { text: string; remove: () => Promise<void> } | undefined
  const removeRule = async (): Promise<void> => {
    await running?.remove()
    if (running) await released(engine, name, id)
    running = undefined
  }
  return {
    async update(delivery, rule) {
      const isNew = delivery.sha256 !== installed
      if (isNew) await deliver(engine, delivery, how)
      installed = delivery.sha256
      const text = JSON.stringify(rule)
      if (running?.text === text) return isNew
      await removeRule()
      if (rule) running = { text, remove: await startWatchedRule(engine, id, rule, options) }
      return isNew
    },
    async end() {
      await removeRule()
      await restore(engine, name, before)
      if (before.current) say(`installed ${before.current.version} again`)
      else if (before.installed === undefined) say('removed the package')
    },
  }
}

async function restore(
  engine: Engine,
  name: string,
  { current, history, installed }: Situation,
): Promise<void> {
  const there = await findPackage(engine, name)
  if (current) await installPackage(engine, name, current.path, there)
  else if (there && installed === undefined) await removePackage(engine, name)
  const known = new Set(history.map(({ file }) => file))
  for (const { file } of uploadsOf(name, await listUploads(engine)))
    if (!known.has(file)) await removeUpload(engine, file)
}
