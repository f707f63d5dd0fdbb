import * as fs from 'node:fs'

/**
 * Writes the log to what was standard output when the process started. It has a descriptor of its own where the system
 * gives one: a plugin may close, end or replace the output of the process that it shares with others.
 */
export class Output {
  readonly #closed: () => void
  readonly #fd: number

  /** `closed` is called when nobody reads the log any more. */
  constructor(closed: () => void) {
    this.#closed = closed
    this.#fd = ownDescriptor()
  }

  write(text: string): void {
    try {
      // Short writes happen on a full disk only: a line of a log is not worth another try.
      fs.writeSync(this.#fd, text)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EPIPE') this.#closed()
      // A reader that is slow, or a plugin that closed the descriptor, costs lines and nothing else.
    }
  }
}

const standardOutput = 1

/** Opens what standard output is once more. A socket cannot be opened, and other systems have no such path. */
function ownDescriptor(): number {
  try {
    return fs.openSync(`/proc/self/fd/${standardOutput}`, 'a')
  } catch {
    return standardOutput
  }
}
