import * as fs from 'node:fs'
import { checkPath } from './address.js'
import { dialPipe, type Pipe, type PipeOptions } from './pipe.js'

/** An address to dial, and the callbacks of its connections. No callback may throw. */
export interface RedialOptions extends PipeOptions {
  path: string
  /** Nobody accepted the connection, or the peer has another protocol. The next try is in `pause` milliseconds. */
  onRetry?: ((reason: Error, pause: number) => void) | undefined
}

const shortestPause = 10
const longestPause = 1000

/** Keeps one connection to a unix socket. It dials again after every loss, until it is closed. */
export class Redial {
  readonly #options: RedialOptions
  readonly #events: PipeOptions
  #pipe: Pipe | undefined
  #timer: NodeJS.Timeout | undefined
  #pause = shortestPause
  /** Milliseconds since 1970: `performance` would load a part of Node that a package which only waits does not need. */
  #openSince: number | undefined

  /** Throws if a socket cannot have this path. */
  constructor(options: RedialOptions) {
    checkPath(options.path)
    this.#options = options
    this.#events = {
      ...options,
      onOpen: pipe => this.#opened(pipe),
      onLoss: (...loss) => this.#lost(...loss),
    }
    this.#dial()
  }

  /** Ends the connection, and all dialling, at once, without a callback. */
  close(): void {
    clearTimeout(this.#timer)
    this.#pipe?.close()
  }

  #dial(): void {
    this.#openSince = undefined
    this.#pipe = dialPipe(this.#options.path, this.#events)
  }

  #opened(pipe: Pipe): void {
    this.#openSince = Date.now()
    this.#options.onOpen?.(pipe)
  }

  #lost(reason: Error, pipe: Pipe): void {
    const wasOpen = this.#openSince !== undefined
    const pause = this.#dialLater()
    if (wasOpen) this.#options.onLoss(reason, pipe)
    else this.#options.onRetry?.(reason, pause)
  }

  #dialLater(): number {
    const pause = this.#nextPause()
    this.#timer = setTimeout(() => this.#dialAgain(), pause)
    return pause
  }

  // Without a listener there is often no file. Looking for it takes much less memory than dialling.
  #dialAgain(): void {
    const { path, onRetry } = this.#options
    if (fs.existsSync(path)) return this.#dial()
    this.#openSince = undefined
    const pause = this.#dialLater()
    onRetry?.(new Error(`connect ENOENT ${path}`), pause)
  }

  // Only a connection that lasted resets the pauses: one that broke at once may do so again.
  // Pauses are spread, so that many channels do not dial as one.
  #nextPause(): number {
    if (this.#openSince !== undefined && Date.now() - this.#openSince > longestPause)
      this.#pause = shortestPause
    const pause = this.#pause * (0.75 + Math.random() / 2)
    this.#pause = Math.min(this.#pause * 2, longestPause)
    return pause
  }
}
