import * as fs from 'node:fs'

/**
 * Writes the log to the standard output that the process had at its start, through a separate descriptor if the
 * system supports it: a plugin may close, end or replace the standard output of the process.
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
      // Short writes happen only on a full disk: a line of a log is not worth a retry.
      fs.writeSync(this.#fd, text)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EPIPE') this.#closed()
      // A slow reader, or a plugin that has closed the descriptor, only costs lines.
    }
  }
}

const standardOutput = 1

/** Opens standard output a second time. A socket cannot be opened, and some systems have no such path. */
function ownDescriptor(): number {
  try {
    return fs.openSync(`/proc/self/fd/${standardOutput}`, 'a')
  } catch {
    return standardOutput
  }
}
