import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { type Note, notesVariable } from '../../runtime/inspect/message.js'
import { kplugFolder } from '../installation.js'
import { cleanEnvironment } from '../load/loader.js'
import type { BootFolder } from './boot-folder.js'

const notesAt = 3
const mostOutput = 100_000

/** The process of a package, started as the engine starts it, in a process group of its own so that it ends whole. */
export class PackageProcess {
  readonly #child: ChildProcess
  readonly notes: Note[] = []
  /** The last that it wrote to its standard output and standard error. */
  output = ''
  /** Resolves when it is gone, with how it ended. */
  readonly ended: Promise<string>

  constructor({ home, folder, executable, channels }: BootFolder, interpreter: string | undefined) {
    const file = path.join(folder, executable)
    const command = interpreter === undefined ? [file] : [interpreter, '-u', file]
    const [program, ...args] = [...command, '{"sendTimeout":1000}']
    this.#child = spawn(program, args, {
      cwd: path.dirname(file),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: cleanEnvironment(home, {
        XDG_STATE_HOME: home,
        KPLUG_CHANNELS: channels,
        KPLUG_STACKS: '1',
        [notesVariable]: String(notesAt),
        NODE_OPTIONS: `--stack-trace-limit=50 --require ${JSON.stringify(path.join(kplugFolder, 'dist', 'probe.cjs'))}`,
      }),
    })
    const collect = (chunk: Buffer): void => {
      this.output = (this.output + chunk.toString()).slice(-mostOutput)
    }
    this.#child.stdout?.on('data', collect)
    this.#child.stderr?.on('data', collect)
    const notes = createInterface({ input: this.#child.stdio[notesAt] as Readable })
    // What another program writes there is none of ours.
    notes.on('line', line => this.notes.push(...noteFrom(line)))
    this.ended = this.#end()
  }

  async #end(): Promise<string> {
    const failed = once(this.#child, 'error').then(([error]) =>
      error instanceof Error ? error.message : String(error),
    )
    const closed = once(this.#child, 'close').then(([code, signal]) =>
      signal === null ? `exit code ${String(code)}` : String(signal),
    )
    failed.catch(() => {})
    closed.catch(() => {})
    return Promise.race([failed, closed])
  }

  /** Ends it and all that it started. */
  async kill(): Promise<void> {
    if (this.#child.pid !== undefined) {
      try {
        process.kill(-this.#child.pid, 'SIGKILL')
      } catch {
        // It is gone already.
      }
    }
    await this.ended
  }
}

function noteFrom(line: string): Note[] {
  try {
    return [JSON.parse(line) as Note]
  } catch {
    return []
  }
}
