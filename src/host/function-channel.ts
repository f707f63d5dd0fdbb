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
import type { PackagedPlugin } from '../plugin/package-manifest.js'
import type { RulePlace } from '../plugin/rule-place.js'
import { NotCalled } from './not-called.js'
import { Repetition } from './repetition.js'
import type { Shared } from './surroundings.js'

/** Responds to the engine's requests for one function. It dials from the start, and loads the function on demand. */
export class FunctionChannel {
  readonly #plugin: PackagedPlugin
  readonly #host: Host
  readonly #shared: Shared
  readonly #load: () => Promise<Plugin>
  readonly #req: Req
  readonly #repetition: Repetition
  #running: RunningFunction | undefined

  constructor(plugin: PackagedPlugin, host: Host, shared: Shared, load: () => Promise<Plugin>) {
    this.#plugin = plugin
    this.#host = host
    this.#shared = shared
    this.#load = load
    this.#repetition = new Repetition(shared.tookOver, () => shared.culprits.blame(plugin))
    this.#req = new Req({
      path: shared.channels.function(plugin.name),
      greeting,
      answer: reply => this.answer(reply.toString()),
      refuse: request => this.#fail(request, '{}'),
      onConnect: () => {
        this.#repetition.connected()
        shared.connected()
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
    const fail = (error: unknown): string => this.#fail(error, context)
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
      const served = (started: RunningFunction): unknown =>
        this.#shared.culprits.around(this.#plugin, () => serve(started, request))
      const result = running ? served(running) : this.start().then(served)
      return isPromise(result) ? (result.then(answer, fail) as Promise<string>) : answer(result)
    } catch (error) {
      return fail(error)
    }
  }

  #fail(error: unknown, context: string): string {
    if (!NotCalled.is(error)) this.#shared.failed(this.#plugin, placeIn(context), error)
    return encodeFailure(messageOf(error))
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

/**
 * The place in the context of a call. If the context cannot be read, the call fails, but its error is still reported.
 */
function placeIn(context: string): RulePlace {
  try {
    return decodePlace(context)
  } catch {
    return decodePlace('{}')
  }
}
