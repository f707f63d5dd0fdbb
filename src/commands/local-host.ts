import * as path from 'node:path'
import { UsageError } from '../errors/usage-error.js'
import type { Io } from '../io.js'
import type { Level } from '../plugin/log-level.js'
import { titleOf } from '../run/pipeline.js'
import type { Host } from '../runtime/host.js'
import type { Plugin } from '../runtime/plugin.js'
import { openStore, type StoreOptions } from '../state/open.js'
import type { StateStore } from '../state/store.js'
import type { Target } from './run-target.js'
import type { Terminal } from './terminal.js'

interface HostSetting {
  home: Pick<Target, 'project' | 'folder'>
  options: { state?: string; checkpoint?: number | 'always' | 'off' }
  several?: boolean
}

/** The host of `kplug run`: plugins log to standard error, and their state is in memory by default. */
export class LocalHost implements Host {
  readonly env: Io['env']
  readonly assets: string
  // An engine's time limit would end every call that an author steps through in a debugger.
  readonly deadline = 0
  readonly closeLimit = 5000
  readonly #terminal: Terminal
  readonly #several: boolean
  readonly #spec: string
  readonly #storeOptions: StoreOptions
  #store: Promise<StateStore> | undefined

  constructor(io: Io, setting: HostSetting, terminal: Terminal, signal: AbortSignal) {
    const { home, options } = setting
    const { project, folder } = home
    this.#terminal = terminal
    this.#several = setting.several === true
    this.env = io.env
    this.assets = project?.folder ?? folder
    this.#spec = specFrom(
      options.state ?? project?.settings.state ?? 'memory',
      options.state === undefined ? this.assets : io.cwd(),
    )
    const checkpoint = options.checkpoint ?? project?.settings.checkpoint ?? 1000
    this.#storeOptions = { checkpoint, warn: sentence => this.log('warn', sentence), signal }
  }

  log(level: Level, message: string, plugin?: Pick<Plugin, 'kind' | 'name'>): void {
    this.#terminal.log(level, this.#several && plugin ? titleOf(plugin) : '', message)
  }

  /** Opens the store first, so that an error is reported before any row is lost. */
  async checkState(): Promise<void> {
    if (this.#spec !== 'memory') await this.store()
  }

  store(): Promise<StateStore> {
    this.#store ??= openStore(this.#spec, this.#storeOptions).catch(refused)
    return this.#store
  }

  async close(): Promise<void> {
    const store = await this.#store?.catch(() => undefined)
    await store?.close().catch(refused)
  }
}

function refused(error: unknown): never {
  throw new UsageError((error as Error).message, { cause: error })
}

/** The path of a state folder is relative to the file or command line that contains it. */
function specFrom(spec: string, folder: string): string {
  return spec.startsWith('file:') ? `file:${path.resolve(folder, spec.slice('file:'.length))}` : spec
}
