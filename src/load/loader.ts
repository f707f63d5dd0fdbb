import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import * as path from 'node:path'
import type { Inspected, InspectionRequest, Note } from './message.js'
import { kplugFolder } from '../project/installation.js'
import type { LoadFolder } from './load-folder.js'
import { Notes, probeFile } from './notes.js'
import { queueTime } from '../process/queue-time.js'
import { withPatience } from './patience.js'
import { sleep } from '../waiting/abort.js'

/** The result of loading one built file in its process. */
export interface LoadOutcome {
  request: InspectionRequest
  /** The description of the file; undefined if the process did not send one. */
  seen: Inspected | undefined
  notes: Note[]
  /** Why there is no description. */
  ended: 'timeout' | 'memory' | 'exit' | undefined
}

// The memory limit of the whole process. The heap limit is higher, so that the watching thread notices first.
const megabytes = 512

/** Milliseconds that one file may take to load. */
export const loadLimit = 3000

/**
 * A process that loads built files, one after the other. It starts in an empty folder with an environment that holds
 * only PATH, so that what loads there loads anywhere.
 */
export class Loader {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  readonly #notes: Notes
  readonly #interrupted: Promise<never>
  #stderr = ''

  constructor({ folder, home, node, interrupted }: LoadFolder) {
    this.#notes = new Notes(folder)
    this.#interrupted = interrupted
    this.#child = fork(path.join(kplugFolder, 'dist', 'inspect.cjs'), {
      cwd: home,
      execPath: node.file,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: cleanEnvironment(
        { home, node },
        this.#notes.variables({ memory: megabytes * 1024 ** 2, owner: process.pid }),
      ),
      execArgv: [`--max-old-space-size=${2 * megabytes}`, '--stack-trace-limit=50', '--require', probeFile],
    })
    // A process that cannot be started also emits an exit. A message that cannot be sent shows by that exit.
    this.#child.on('error', () => {})
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-10_000)
    })
    this.#ended = once(this.#child, 'close')
  }

  /** All notes so far. A note may arrive shortly after the reply for its file. */
  get notes(): Note[] {
    return this.#notes.read()
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.connected
  }

  /** Loads one file. If the outcome has `ended`, the process no longer exists. */
  async load(request: InspectionRequest): Promise<Omit<LoadOutcome, 'notes'>> {
    const watch = new AbortController()
    const { signal } = watch
    const answered = once(this.#child, 'message', { signal }).then(([seen]) => seen as Inspected)
    const died = this.#ended.then((): 'died' => 'died')
    answered.catch(() => {})
    if (this.#child.connected) this.#child.send(request, () => {})
    const first = await withPatience(
      loadLimit,
      () => queueTime(this.#child.pid),
      Promise.race([answered, died, this.#interrupted]),
      () => 'late' as const,
    ).finally(() => watch.abort())
    if (typeof first === 'object') return { request, seen: first, ended: undefined }
    await this.kill()
    return { request, seen: undefined, ended: first === 'late' ? 'timeout' : this.#howItDied() }
  }

  #howItDied(): 'memory' | 'exit' {
    const noted = this.notes.some(({ note }) => note === 'memory')
    return noted || this.#stderr.includes('JavaScript heap out of memory') ? 'memory' : 'exit'
  }

  /** Waits for what plugins do just after loading. */
  async linger(time: number): Promise<void> {
    const watch = new AbortController()
    await Promise.race([sleep(time, watch.signal), this.#ended])
    watch.abort()
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}

/** The environment of a process that runs a plugin's code: only the paths of programs. */
export function cleanEnvironment(
  { home, node }: Pick<LoadFolder, 'home' | 'node'>,
  more: Record<string, string>,
): Record<string, string> {
  const programs = [path.dirname(node.file), '/usr/local/bin', '/usr/bin', '/bin']
  return { PATH: programs.join(path.delimiter), HOME: home, TMPDIR: home, TZ: 'UTC', ...more }
}
