import { type ChildProcess, spawn } from 'node:child_process'

// The last line names the process group that runs. After the end of the input nobody is there to end it but this.
const script =
  'while read -r line; do group=$line; done; kill -s KILL -- "-$group"; chmod -R u+w "$1"; rm -rf -- "$@"'

/** Ends a boot check that was killed: its process, with all that this started, its folder and its sockets. */
export class Caretaker {
  readonly #shell: ChildProcess

  constructor(folder: string, sockets: readonly string[]) {
    this.#shell = spawn('/bin/sh', ['-c', script, 'sh', folder, ...sockets], {
      // Ctrl-C in a terminal is for kplug, which then ends the check itself.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    // Without a shell there is only the kplug that ends its check itself.
    this.#shell.on('error', () => {})
    this.#shell.stdin?.on('error', () => {})
    this.#shell.unref()
  }

  /** Takes the process that runs now. It leads a process group. */
  watch(pid: number | undefined): void {
    this.#shell.stdin?.write(`${pid ?? ''}\n`)
  }

  dismiss(): void {
    this.#shell.kill('SIGKILL')
  }
}
