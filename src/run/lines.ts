import { once } from 'node:events'
import { StringDecoder } from 'node:string_decoder'

/** The lines of a stream, as many at a time as each chunk of it holds, without their ends. */
export async function* linesOf(stream: AsyncIterable<Buffer | string>): AsyncGenerator<string[]> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split('\n')
    rest = lines.pop() ?? ''
    yield lines
  }
  rest += decoder.end()
  if (rest !== '') yield [rest]
}

const enough = 65_536

/** Gathers lines into large writes; what is gathered goes out as soon as nothing else runs. */
export class LineWriter {
  readonly #stream: NodeJS.WritableStream
  #gathered = ''
  #scheduled = false
  #ended = false

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream
    stream.once('error', () => {
      this.#ended = true
    })
  }

  /** Takes a line without its end; answers a promise where the next one has to wait. */
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
    return this.#stream.write(text) ? undefined : this.#drained()
  }

  async #drained(): Promise<void> {
    try {
      await once(this.#stream, 'drain')
    } catch {
      // The reader is gone: who made the stream hears of it and ends the run.
      this.#ended = true
    }
  }
}
