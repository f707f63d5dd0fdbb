import { type ChildProcess, spawn } from 'node:child_process'
import * as path from 'node:path'
import type { Note } from '../../load/message.js'
import { cleanEnvironment } from '../../load/loader.js'
import { Notes } from '../../load/notes.js'
import type { BootFolder } from './boot-folder.js'
import type { Machine } from './machine.js'

const mostOutput = 100_000

/**
 * The process of a package, started as the engine starts it. It has its own process group, so that all of it can be
 * killed.
 */
export class PackageProcess {
  readonly #child: ChildProcess
  readonly #notes: Notes
  /** The end of its standard output and standard error. */
  output = ''
  /** Resolves when the process has ended, with how it ended. */
  readonly ended: Promise<string>

  constructor(
    { loadFolder, folder, executable, channels }: BootFolder,
    { user, probe }: Machine,
    interpreter: string | undefined,
  ) {
    const { home } = loadFolder
    const file = path.join(folder, executable)
    this.#notes = new Notes(loadFolder.folder)
    const settings = '{"sendTimeout":1000}'
    const args = interpreter === undefined ? [settings] : ['-u', file, settings]
    this.#child = spawn(interpreter ?? file, args, {
      cwd: path.dirname(file),
      detached: true,
      ...user,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: cleanEnvironment(loadFolder, {
        XDG_STATE_HOME: home,
        KPLUG_CHANNELS: channels,
        KPLUG_CHECK: '1',
        ...this.#notes.variables(),
        NODE_OPTIONS: `--stack-trace-limit=50 --require ${JSON.stringify(probe)}`,
      }),
    })
    const collect = (chunk: Buffer): void => {
      this.output = (this.output + chunk.toString()).slice(-mostOutput)
    }
    this.#child.stdout?.on('data', collect)
    this.#child.stderr?.on('data', collect)
    this.ended = new Promise(resolve => {
      this.#child.once('error', error => resolve(error.message))
      this.#child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get notes(): Note[] {
    return this.#notes.read()
  }

  /** Kills the process and its child processes. */
  async kill(): Promise<void> {
    if (this.#child.pid !== undefined) {
      try {
        process.kill(-this.#child.pid, 'SIGKILL')
      } catch {
        // It has ended already.
      }
    }
    await this.ended
  }
}
