import type { Level } from '../host.js'

const levels: readonly Level[] = ['debug', 'info', 'warn', 'error']

/** Writes lines for the engine's log: `level who: message`. Each is one line, whatever the message holds. */
export class Log {
  readonly #stream: () => NodeJS.WritableStream
  readonly #least: number

  /** The stream is asked for at the first line: Node takes its time to open standard output. */
  constructor(stream: () => NodeJS.WritableStream, least: Level) {
    this.#stream = stream
    this.#least = levels.indexOf(least)
  }

  write(level: Level, who: string, message: string): void {
    if (levels.indexOf(level) < this.#least) return
    this.#stream().write(`[${level}] ${who}: ${message.replaceAll('\n', '\n    ')}\n`)
  }
}

export const levelFrom = (text: string | undefined): Level | undefined => levels.find(level => level === text)
