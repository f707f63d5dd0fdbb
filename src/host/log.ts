import { type Level, levels } from '../plugin/log-level.js'

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
