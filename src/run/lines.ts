import { once } from 'node:events'
import { StringDecoder } from 'node:string_decoder'
import { UsageError } from '../errors/usage-error.js'

/** The maximum length of a line in characters. Node.js cannot hold a string of twice this length. */
const longest = 2 ** 28

/** The lines of a stream without line ends. Each chunk yields all lines that it completes. */
export async function* linesOf(
  stream: AsyncIterable<Buffer | string>,
  { limit = longest, subject = 'standard input' } = {},
): AsyncGenerator<string[]> {
  const decoder = new StringDecoder('utf8')
  const open = new OpenLine(limit, subject)
  for await (const chunk of stream) {
    const [first = '', ...others] = (typeof chunk === 'string' ? chunk : decoder.write(chunk)).split('\n')
    open.add(first)
    const last = others.pop()
    if (last === undefined) continue
    const lines = [open.take(), ...others]
    open.add(last)
    yield lines
  }
  open.add(decoder.end())
  const rest = open.take()
  if (rest !== '') yield [rest]
}

/** An incomplete line. Its pieces are joined once, because joining them at each chunk takes quadratic time. */
class OpenLine {
  #pieces: string[] = []
  #length = 0
  readonly #limit: number
  readonly #subject: string

  constructor(limit: number, subject: string) {
    this.#limit = limit
    this.#subject = subject
  }

  add(piece: string): void {
    this.#pieces.push(piece)
    this.#length += piece.length
    if (this.#length <= this.#limit) return
    throw new UsageError(
      `Cannot read ${this.#subject}: a line is longer than ${this.#limit} characters; end each row with a line feed`,
    )
  }

  take(): string {
    const line = this.#pieces.length === 1 ? this.#pieces[0] : this.#pieces.join('')
    this.#pieces = []
    this.#length = 0
    return line ?? ''
  }
}

const enough = 65_536

/** Collects lines into large writes. A line is written as soon as the event loop is idle. */
export class LineWriter {
  readonly #stream: NodeJS.WritableStream
  /** Bound early, because the stream's `write` may be replaced later. */
  readonly #write: (text: string) => boolean
  #gathered = ''
  #scheduled = false
  #ended = false

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream
    this.#write = stream.write.bind(stream)
    stream.once('error', () => {
      this.#ended = true
    })
  }

  /** Takes a line without its line end. Returns a promise if the next line has to wait. */
  write(line: string): Promise<void> | undefined {
    this.#gathered += `${line}\n`
    if (this.#gathered.length >= enough) return this.flush()
    if (!this.#scheduled) {
      this.#scheduled = true
      setImmediate(() => {
        this.#scheduled = false
        void this.flush()
      })
    }
    return undefined
  }

  flush(): Promise<void> | undefined {
    if (this.#gathered === '' || this.#ended) return undefined
    const text = this.#gathered
    this.#gathered = ''
    return this.#write(text) ? undefined : this.#drained()
  }

  async #drained(): Promise<void> {
    try {
      await once(this.#stream, 'drain')
    } catch {
      // The reader has closed the stream. Its owner gets the error and ends the run.
      this.#ended = true
    }
  }
}
