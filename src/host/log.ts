import { withoutKnownSecrets } from '../errors/known-secrets.js'
import { type Level, levels } from '../plugin/log-level.js'

/** Writes lines for the engine's log: `[level] who: message`. Further lines of a message are indented. */
export class Log {
  readonly #output: { write(text: string): unknown }
  readonly #least: number

  constructor(output: { write(text: string): unknown }, least: Level) {
    this.#output = output
    this.#least = levels.indexOf(least)
  }

  write(level: Level, who: string, message: string): void {
    if (levels.indexOf(level) < this.#least) return
    this.#output.write(`[${level}] ${who}: ${printable(message)}\n`)
  }
}

/** A message without secrets, without terminal control sequences, and without anything that looks like another line of the log. */
const printable = (message: string): string =>
  withoutKnownSecrets(message)
    // Escape sequences as a whole, then the remaining control characters.
    .replaceAll(/\u001b\[[0-?]*[ -/]*[@-~]/g, '')
    .replaceAll(/\r?\n|\r/g, '\n    ')
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
