import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import * as path from 'node:path'
import { type Inspected, type InspectionRequest, memoryVariable, type Note } from './message.js'
import { kplugFolder } from '../project/installation.js'
import { Notes, probeFile } from './notes.js'

/** What became of one built file in its process. */
export interface Outcome {
  request: InspectionRequest
  /** What it says of itself; undefined where the process did not come to tell. */
  seen: Inspected | undefined
  notes: Note[]
  /** How it went on, where it did not answer. */
  ended: 'timeout' | 'memory' | 'exit' | undefined
}

// What the process may have in all. Its heap may have more, so that who looks at it from inside is first.
const megabytes = 512

/** Milliseconds that one file may take to load. */
export const loadLimit = 3000

/**
 * A process that loads built files, one after the other. It starts in an empty folder with an environment that holds
 * nothing but a path, so that what works in it works anywhere.
 */
export class Loader {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #notes: Notes
  #stderr = ''

  /** `folder` is empty, and has one above it that is ours. */
  constructor(folder: string) {
    this.#notes = new Notes(path.dirname(folder))
    this.#child = fork(path.join(kplugFolder, 'dist', 'inspect.cjs'), {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: cleanEnvironment(folder, {
        ...this.#notes.variables,
        [memoryVariable]: String(megabytes * 1024 ** 2),
      }),
      execArgv: [`--max-old-space-size=${2 * megabytes}`, '--stack-trace-limit=50', '--require', probeFile],
    })
    // A process that cannot be started ends, too; what cannot be sent to it is seen by its end.
    this.#child.on('error', () => {})
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-10_000)
    })
    this.#ended = once(this.#child, 'close')
  }

  /** All that was noted so far. A note may come a moment after the answer of the file that it is about. */
  get notes(): Note[] {
    return this.#notes.read()
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.connected
  }

  /** Loads one file. After an outcome that has `ended` the process is gone. */
  async load(request: InspectionRequest): Promise<Omit<Outcome, 'notes'>> {
    const watch = new AbortController()
    const { signal } = watch
    const answered = once(this.#child, 'message', { signal }).then(([seen]) => seen as Inspected)
    const died = this.#ended.then((): 'died' => 'died')
    const late = timeout(loadLimit, signal)
    answered.catch(() => {})
    if (this.#child.connected) this.#child.send(request, () => {})
    const first = await Promise.race([answered, died, late])
    watch.abort()
    if (typeof first === 'object') return { request, seen: first, ended: undefined }
    await this.kill()
    return { request, seen: undefined, ended: first === 'late' ? 'timeout' : this.#howItDied() }
  }

  #howItDied(): 'memory' | 'exit' {
    const noted = this.notes.some(({ note }) => note === 'memory')
    return noted || this.#stderr.includes('JavaScript heap out of memory') ? 'memory' : 'exit'
  }

  /** Waits some milliseconds for what plugins do only after they were loaded. */
  async linger(time: number): Promise<void> {
    const watch = new AbortController()
    await Promise.race([timeout(time, watch.signal), this.#ended])
    watch.abort()
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}

function timeout(time: number, signal: AbortSignal): Promise<'late'> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, time, 'late')
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
}

/** What a process that runs somebody's plugin gets to see of ours: nothing but where programs are. */
export function cleanEnvironment(home: string, more: Record<string, string>): Record<string, string> {
  const programs = [path.dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin']
  return { PATH: programs.join(path.delimiter), HOME: home, TMPDIR: home, TZ: 'UTC', ...more }
}
