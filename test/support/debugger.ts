import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import * as fs from 'node:fs'
import * as http from 'node:http'
import type { Socket } from 'node:net'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeMappings } from '../../src/package/mappings.js'

type Values = Record<string, unknown>

/** A place in an author's file; the line counts from 1. */
interface SourcePlace {
  file: string
  line: number
}

interface Script {
  scriptId: string
  url: string
  sourceMapURL: string
}

interface Pause {
  reason: string
  callFrames: {
    callFrameId: string
    location: { scriptId: string; lineNumber: number; columnNumber: number }
  }[]
}

/** A debugger as an editor has one: it speaks the inspector's protocol, and knows lines of source files only. */
export class Debugger {
  readonly #socket: Socket
  readonly #heard = new EventEmitter()
  readonly #scripts: Script[] = []
  readonly #wanted: SourcePlace[] = []
  #sent = 0
  #rest = Buffer.alloc(0)
  #frame: string | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#take(chunk)).on('error', () => {})
    this.#heard.on('Debugger.scriptParsed', (script: Script) => this.#scripts.push(script))
    this.#heard.on('Debugger.paused', (pause: Pause) => {
      if (pause.reason === 'instrumentation') void this.#beforeScript(pause)
      else this.#heard.emit('paused', pause)
    })
  }

  /** Connects to the address that Node.js prints as `Debugger listening on ws://…`. */
  static async connect(log: string): Promise<Debugger> {
    const url = /ws:\/\/[^\s"]+/.exec(log)?.[0].replace('ws:', 'http:') ?? ''
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      'Sec-WebSocket-Version': '13',
    }
    const request = http.get(url, { headers })
    const [, socket] = (await once(request, 'upgrade')) as [unknown, Socket]
    return new Debugger(socket)
  }

  /** Sends a command and resolves with its result. */
  async send(method: string, params: Values = {}): Promise<Values> {
    this.#sent += 1
    const id = this.#sent
    const answer = once(this.#heard, `${id}`)
    this.#socket.write(frame(JSON.stringify({ id, method, params })))
    const [{ result, error }] = (await answer) as [{ result: Values; error: unknown }]
    if (error !== undefined) throw new Error(JSON.stringify(error))
    return result
  }

  /** Resolves with the source line at which the program pauses next. */
  async paused(): Promise<SourcePlace> {
    const [{ callFrames }] = (await once(this.#heard, 'paused')) as [Pause]
    this.#frame = callFrames[0]?.callFrameId
    const location = callFrames[0]?.location
    const script = this.#scripts.find(({ scriptId }) => scriptId === location?.scriptId)
    if (location === undefined || script === undefined) throw new Error('It paused in no script')
    const { sources, lines } = mapOf(script)
    const found = lines[location.lineNumber]?.findLast(
      ({ generatedColumn }) => generatedColumn <= location.columnNumber,
    )
    return { file: sources[found?.source ?? -1] ?? script.url, line: (found?.line ?? -1) + 1 }
  }

  /** The value of an expression where the program is paused. */
  async valueOf(expression: string): Promise<unknown> {
    const where = { callFrameId: this.#frame, expression, returnByValue: true }
    const { result } = (await this.send('Debugger.evaluateOnCallFrame', where)) as { result: Values }
    return result['value']
  }

  /** Sets a breakpoint on a line of a source file, at once or as soon as a script has it. */
  async breakAt(place: SourcePlace): Promise<void> {
    this.#wanted.push(place)
    await this.send('Debugger.setInstrumentationBreakpoint', {
      instrumentation: 'beforeScriptWithSourceMapExecution',
    })
    for (const script of this.#scripts) await this.#breakIn(script)
  }

  async #breakIn(script: Script): Promise<void> {
    if (script.sourceMapURL === '') return
    const { sources, lines } = mapOf(script)
    for (const { file, line } of this.#wanted) {
      const isMeant = (segment: { source: number; line: number }): boolean =>
        sources[segment.source] === file && segment.line === line - 1
      const lineNumber = lines.findIndex(segments => segments.some(isMeant))
      if (lineNumber < 0) continue
      const columnNumber = lines[lineNumber]?.find(isMeant)?.generatedColumn
      await this.send('Debugger.setBreakpointByUrl', { url: script.url, lineNumber, columnNumber })
    }
  }

  /** A script with a source map is about to run. */
  async #beforeScript(pause: Pause): Promise<void> {
    const script = this.#scripts.find(({ scriptId }) => scriptId === pause.callFrames[0]?.location.scriptId)
    if (script !== undefined) await this.#breakIn(script)
    await this.send('Debugger.resume')
  }

  close(): void {
    this.#socket.destroy()
  }

  // A message of the inspector is one frame of text: 0x81, length(7 bits, or 126 and u16, or 127 and u64), text.
  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    for (;;) {
      const short = (this.#rest[1] ?? 0) & 127
      const start = short === 127 ? 10 : short === 126 ? 4 : 2
      if (this.#rest.length < start) return
      const length =
        short === 127
          ? Number(this.#rest.readBigUInt64BE(2))
          : short === 126
            ? this.#rest.readUInt16BE(2)
            : short
      if (this.#rest.length < start + length) return
      const message: { id?: number; method?: string; params?: unknown } = JSON.parse(
        this.#rest.toString('utf8', start, start + length),
      )
      this.#rest = this.#rest.subarray(start + length)
      if (message.id === undefined) this.#heard.emit(message.method ?? '', message.params)
      else this.#heard.emit(`${message.id}`, message)
    }
  }
}

/** A frame of a client: masked, here with zeros. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text)
  const head = Buffer.alloc(8)
  head.writeUInt16BE(0x81_fe, 0)
  head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, payload])
}

interface LineMap {
  /** As absolute paths. */
  sources: string[]
  lines: ReturnType<typeof decodeMappings>
}

function mapOf({ url, sourceMapURL }: Script): LineMap {
  const map: { sources: string[]; mappings: string } = JSON.parse(
    sourceMapURL.startsWith('data:')
      ? Buffer.from(sourceMapURL.slice(sourceMapURL.indexOf(',') + 1), 'base64').toString()
      : fs.readFileSync(fileURLToPath(new URL(sourceMapURL, url)), 'utf8'),
  )
  const folder = path.dirname(url.startsWith('file:') ? fileURLToPath(url) : url)
  return {
    sources: map.sources.map(source => path.resolve(folder, source)),
    lines: decodeMappings(map.mappings),
  }
}
