import { Writable } from 'node:stream'

/** A log that a test can read, and wait for. */
export class LogText extends Writable {
  text = ''
  #waiting: (() => void)[] = []

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    const waiting = this.#waiting
    this.#waiting = []
    for (const look of waiting) look()
    done()
  }

  /** Waits until a text is there. */
  async until(text: string): Promise<void> {
    while (!this.text.includes(text)) await new Promise<void>(resolve => this.#waiting.push(resolve))
  }
}
