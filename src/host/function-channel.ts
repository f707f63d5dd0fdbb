import { dialReq, type Req } from '../sp/req.js'
import { encodeJson } from '../data/encode.js'
import { isPromise } from '../runtime/deadline.js'
import { RunningFunction } from '../runtime/function.js'
import { messageOf } from '../errors/reason.js'
import type { Host } from '../runtime/host.js'
import type { Plugin } from '../runtime/plugin.js'
import {
  decodePlace,
  decodeRequest,
  encodeFailure,
  encodeResult,
  greeting,
  type Request,
} from '../ekuiper/protocol.js'
import { Repetition } from './takeover.js'

interface Origin {
  /** Called on every new connection. */
  connected: () => void
  /** Whether the process took over from one that died. */
  tookOver: boolean
}

/** Answers the engine's requests for one function. It dials from the beginning, and loads the function when asked. */
export class FunctionChannel {
  readonly #host: Host
  readonly #load: () => Promise<Plugin>
  readonly #req: Req
  readonly #repetition: Repetition
  #running: RunningFunction | undefined

  constructor(path: string, host: Host, load: () => Promise<Plugin>, { connected, tookOver }: Origin) {
    this.#host = host
    this.#load = load
    this.#repetition = new Repetition(tookOver)
    this.#req = dialReq({
      path,
      greeting,
      answer: reply => this.answer(reply.toString()),
      onConnect: () => {
        this.#repetition.connected()
        connected()
      },
    })
  }

  /** Loads the function; rejects with why it cannot be. */
  async start(): Promise<RunningFunction> {
    this.#running ??= new RunningFunction(await this.#load(), this.#host)
    return this.#running
  }

  /** The answer to one request: at once where the function answers at once. Never throws or rejects. */
  answer(text: string): string | Promise<string> {
    try {
      this.#repetition.check()
      const request = decodeRequest(text)
      const running = this.#running
      const result = running ? serve(running, request) : this.start().then(started => serve(started, request))
      return isPromise(result) ? (result.then(answerOf, failureOf) as Promise<string>) : answerOf(result)
    } catch (error) {
      return failureOf(error)
    }
  }

  async close(): Promise<void> {
    await this.#req.close()
    await this.#running?.close()
  }
}

function serve(running: RunningFunction, { func, arg }: Request): unknown {
  switch (func) {
    case 'Exec': {
      const context = arg.pop()
      return running.exec(arg, typeof context === 'string' ? context : '{}', decodePlace)
    }
    case 'Validate':
      return running.validate(arg).then(() => '')
    default:
      return running.isAggregate()
  }
}

const rules = { refuseRounding: true }

// Encoding may fail, too: what a rule cannot get is an error of its row.
function answerOf(result: unknown): string {
  try {
    return encodeResult(encodeJson(result, rules))
  } catch (error) {
    return failureOf(error)
  }
}

const failureOf = (error: unknown): string => encodeFailure(messageOf(error))
