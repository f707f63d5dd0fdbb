import * as fs from 'node:fs'
import { createServer, type Server } from 'node:net'
import { acceptPipe, type Pipe } from '../../sp/pipe.js'
import { isAlive } from '../../sp/pull.js'
import { encodeRequest } from '../../sp/request.js'
import { UsageError } from '../../errors/usage-error.js'

// The engine's end of a control or function channel, as far as a check needs it: a REP socket. Its replies are the
// engine's commands, and its requests are the plugin's answers.

const idLength = 4

/** The last message of a plugin on a channel, and the function that sends it a command. */
interface Said {
  text: string
  id: number
  pipe: Pipe
}

export class Rep {
  readonly #server: Server
  readonly #pipes = new Set<Pipe>()
  #last: Said | undefined
  #waiting: ((said: Said) => void) | undefined

  private constructor() {
    this.#server = createServer(socket => {
      const pipe = acceptPipe(socket, {
        protocol: 'rep',
        onMessage: (message, from) => this.#take(message, from),
        onLoss: (_reason, lost) => this.#pipes.delete(lost),
      })
      this.#pipes.add(pipe)
    })
  }

  static async listen(path: string): Promise<Rep> {
    const rep = new Rep()
    await freePath(path)
    await new Promise<void>((resolve, reject) => {
      rep.#server.once('error', reject)
      // The process may run as another user.
      rep.#server.listen({ path, readableAll: true, writableAll: true }, resolve)
    })
    return rep
  }

  #take(message: Buffer, pipe: Pipe): void {
    if (message.length < idLength) return
    const said = { text: message.subarray(idLength).toString(), id: message.readUInt32BE(0), pipe }
    this.#last = said
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.(said)
  }

  /** Resolves after the plugin's handshake. */
  async greeted(): Promise<void> {
    if (this.#last === undefined) await this.#next()
  }

  /** Sends a command and resolves with its answer. After a new handshake of the plugin, the command is sent again. */
  async ask(command: string): Promise<string> {
    await this.greeted()
    for (;;) {
      const answer = this.#next()
      const { id, pipe } = this.#last ?? (await answer)
      pipe.write(encodeRequest(id, command))
      const { text } = await answer
      if (!text.startsWith('h')) return text
    }
  }

  #next(): Promise<Said> {
    return new Promise(resolve => {
      this.#waiting = resolve
    })
  }

  close(): void {
    for (const pipe of this.#pipes) pipe.close()
    this.#server.close()
  }
}

/** Removes a socket file without a listener. A socket with a listener belongs to an engine. */
async function freePath(path: string): Promise<void> {
  if (!fs.existsSync(path)) return
  if (await isAlive(path))
    throw new UsageError(
      `Cannot boot the package: a running engine listens on ${path}; stop its plugin first`,
    )
  fs.rmSync(path)
}
