import type { OversizedFrame } from '../sp/frame.js'
import { Req } from '../sp/req.js'
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
import { NotCalled } from './not-called.js'
import { Repetition } from './repetition.js'

/** What happens around the calls of a function. */
export interface Calls {
  /** Called for the request with which the previous process died. */
  blame: () => void
  /** Receives the error of a call, and the context that the engine sent with it. */
  failed: (error: unknown, context: string) => void
  /** Calls the function. */
  around: <T>(call: () => T) => T
}

interface Origin extends Calls {
  /** Called on every new connection. */
  connected: () => void
  /** Whether the process took over from a process that died. */
  tookOver: boolean
}

/** Responds to the engine's requests for one function. It dials from the start, and loads the function on demand. */
export class FunctionChannel {
  readonly #host: Host
  readonly #load: () => Promise<Plugin>
  readonly #req: Req
  readonly #repetition: Repetition
  readonly #origin: Origin
  #running: RunningFunction | undefined

  constructor(path: string, host: Host, load: () => Promise<Plugin>, origin: Origin) {
    const { connected, tookOver, blame } = origin
    this.#origin = origin
    this.#host = host
    this.#load = load
    this.#repetition = new Repetition(tookOver, blame)
    this.#req = new Req({
      path,
      greeting,
      answer: reply => this.answer(reply.toString()),
      refuse: request => this.#refuse(request),
      onConnect: () => {
        this.#repetition.connected()
        connected()
      },
    })
  }

  /** Loads the function. Rejects if it cannot be loaded. */
  async start(): Promise<RunningFunction> {
    this.#running ??= new RunningFunction(await this.#load(), this.#host)
    return this.#running
  }

  /** Returns the reply to one request, or a promise if the function returns one. Never throws or rejects. */
  answer(text: string): string | Promise<string> {
    let context = '{}'
    const fail = (error: unknown): string => {
      if (!NotCalled.is(error)) this.#origin.failed(error, context)
      return encodeFailure(messageOf(error))
    }
    // A result that JSON cannot represent is an error of its row.
    const answer = (result: unknown): string => {
      try {
        return answerOf(result)
      } catch (error) {
        return fail(error)
      }
    }
    try {
      this.#repetition.check()
      const request = decodeRequest(text)
      context = request.context ?? context
      const running = this.#running
      const served = (started: RunningFunction): unknown => this.#origin.around(() => serve(started, request))
      const result = running ? served(running) : this.start().then(served)
      return isPromise(result) ? (result.then(answer, fail) as Promise<string>) : answer(result)
    } catch (error) {
      return fail(error)
    }
  }

  #refuse(request: OversizedFrame): string {
    this.#origin.failed(request, '{}')
    return encodeFailure(messageOf(request))
  }

  async close(): Promise<void> {
    await this.#req.close()
    await this.#running?.close()
  }
}

function serve(running: RunningFunction, { func, arg, context = '{}' }: Request): unknown {
  switch (func) {
    case 'Exec':
      return running.exec(arg, context, decodePlace)
    case 'Validate':
      return running.validate(arg).then(() => '')
    default:
      return running.isAggregate()
  }
}

const rules = { refuseRounding: true }

const answerOf = (result: unknown): string => encodeResult(encodeJson(result, rules))
