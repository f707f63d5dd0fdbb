import * as path from 'node:path'
import { UsageError } from '../errors/usage-error.js'
import type { Io } from '../io.js'
import { printableLines } from '../report/printable.js'
import { styleFor } from '../report/style.js'
import type { Host } from '../runtime/host.js'
import { openStore } from '../state/open.js'
import type { StateStore } from '../state/store.js'
import { freshLine } from './progress.js'
import type { Target } from './run-target.js'

const colours = { debug: 'dim', info: 'cyan', warn: 'yellow', error: 'red' } as const

interface HostOptions {
  state?: string
  checkpoint?: number | 'always' | 'off'
}

/** What plugins get in `kplug run`: a log on standard error, and state in memory by default. */
export class LocalHost implements Host {
  readonly env: Io['env']
  readonly assets: string
  // The limit of an engine would end every call that an author steps through in a debugger.
  readonly deadline = 0
  readonly closeLimit = 5000
  readonly #io: Io
  readonly #spec: string
  readonly #checkpoint: number | 'always' | 'off'
  readonly #signal: AbortSignal
  #store: Promise<StateStore> | undefined

  constructor(
    io: Io,
    { project, folder }: Pick<Target, 'project' | 'folder'>,
    options: HostOptions,
    signal: AbortSignal,
  ) {
    this.#io = io
    this.env = io.env
    this.assets = project?.folder ?? folder
    this.#spec = specFrom(
      options.state ?? project?.settings.state ?? 'memory',
      options.state === undefined ? this.assets : io.cwd(),
    )
    this.#checkpoint = options.checkpoint ?? project?.settings.checkpoint ?? 1000
    this.#signal = signal
  }

  log(level: keyof typeof colours, message: string): void {
    const style = styleFor({ stream: this.#io.stderr, env: this.#io.env })
    this.#io.stderr.write(
      `${freshLine(this.#io)}${style[colours[level]](level)}${printableLines(` ${message}`)}\n`,
    )
  }

  /** Reports a store that cannot be opened before any row is lost to it. */
  async checkState(): Promise<void> {
    if (this.#spec !== 'memory') await this.store()
  }

  store(): Promise<StateStore> {
    this.#store ??= openStore(this.#spec, {
      checkpoint: this.#checkpoint,
      warn: sentence => this.log('warn', sentence),
      signal: this.#signal,
    }).catch((error: unknown) => {
      throw new UsageError((error as Error).message, { cause: error })
    })
    return this.#store
  }

  async close(): Promise<void> {
    const store = await this.#store?.catch(() => undefined)
    await store?.close().catch((error: unknown) => {
      throw new UsageError((error as Error).message, { cause: error })
    })
  }
}

/** A folder of state is relative to the place where its name was written. */
function specFrom(spec: string, folder: string): string {
  return spec.startsWith('file:') ? `file:${path.resolve(folder, spec.slice('file:'.length))}` : spec
}
