import { EventEmitter } from 'node:events'
import * as fs from 'node:fs'
import { PassThrough, Writable } from 'node:stream'
import { main } from '../../src/cli.js'
import { checkJson } from './schemas.js'
import type { ExitCode, Io } from '../../src/io.js'

/** What a command line came to. */
export interface Outcome {
  code: ExitCode
  stdout: string
  stderr: string
}

/** A stream that remembers what was written, and can be waited for. */
class Written extends Writable {
  text = ''
  isTTY = false
  readonly columns = 100
  readonly #news = new EventEmitter()

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    this.#news.emit('news')
    done()
  }

  /** Like a standard stream it outlives what is piped into it. */
  override end(): this {
    return this
  }

  /** Waits until a text is there, after `from`; answers where it ends. */
  async until(text: string, from = 0): Promise<number> {
    for (;;) {
      const found = this.text.indexOf(text, from)
      if (found >= 0) return found + text.length
      await new Promise<void>(resolve => this.#news.once('news', () => resolve()))
    }
  }
}

/** A world of plain values for one command line. Signals are events that the test emits. */
export class FakeIo extends EventEmitter implements Io {
  readonly argv: readonly string[]
  readonly env: Record<string, string | undefined> = {}
  readonly stdin: PassThrough & { isTTY?: boolean } = new PassThrough()
  readonly stdout = new Written()
  readonly stderr = new Written()
  #folder: string

  constructor(folder: string, typed: readonly string[]) {
    super()
    this.#folder = folder
    this.argv = ['node', 'kplug', ...typed]
  }

  exit(): void {}

  getActiveResourcesInfo(): string[] {
    return []
  }

  cwd(): string {
    return this.#folder
  }

  /** Resolves links, as the working directory of a process does. */
  chdir(folder: string): void {
    this.#folder = fs.realpathSync(folder)
  }

  async run(): Promise<Outcome> {
    const code = await main(this)
    this.emit('exit')
    checkJson(this.argv.slice(2), code, this.stdout.text)
    return { code, stdout: this.stdout.text, stderr: this.stderr.text }
  }
}

/** Runs a command line in a folder, without a terminal: the whole CLI as a function call. */
export function kplug(folder: string, ...typed: string[]): Promise<Outcome> {
  const io = new FakeIo(folder, typed)
  io.stdin.end()
  return io.run()
}
