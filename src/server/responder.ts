import { messageOf, stackOf } from '../errors/reason.js'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isSystemError, systemSentence } from '../errors/system-error.js'
import { isUsageError } from '../errors/usage-error.js'
import type { Access } from './access.js'
import { type Answer, failed, malformed, methodNotAllowed, moved, noPage, allowed } from './answer.js'
import type { Inventory } from './inventory.js'
import type { Live } from './live.js'
import type { ServerFacts } from './route.js'
import { findRoute, splitUrl } from './router.js'
import { sendWhole, sendZip } from './send.js'

export interface ResponderOptions {
  access: Access
  inventory: Live<Inventory>
  /** The folder of packages. */
  packages: string
  /** Milliseconds within which a client must receive more data of a package. */
  quietTime: number
  server: ServerFacts
  /** Called with each error that prevents responses, once for each. */
  warn: (sentence: string) => void
}

/**
 * Responds to requests. Responses that do not depend on the client are created once for each state of the inventory.
 */
export class Responder {
  readonly #options: ResponderOptions
  #steady = new Map<string, Answer>()
  #steadyFor: Inventory | undefined
  #warned: string | undefined

  constructor(options: ResponderOptions) {
    this.#options = options
  }

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = await this.#answer(request)
      if ('package' in answer) await sendZip(request, response, this.#options, answer)
      else sendWhole(request, response, answer)
    } catch (error) {
      this.#fail(request, response, error)
    }
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const refusal = this.#options.access.refuse(request)
    if (refusal) return refusal
    if (request.method === 'OPTIONS') return allowed()
    return this.#answerFrom(await this.#options.inventory.get(), request)
  }

  #answerFrom(inventory: Inventory, request: IncomingMessage): Answer {
    if (inventory !== this.#steadyFor) {
      this.#steady = new Map()
      this.#steadyFor = inventory
    }
    const { url = '/', method } = request
    const reads = method === 'GET' || method === 'HEAD'
    const known = reads ? this.#steady.get(url) : undefined
    return known ?? this.#find(inventory, request, url, reads)
  }

  #find(inventory: Inventory, { headers }: IncomingMessage, url: string, reads: boolean): Answer {
    const { path, query } = splitUrl(url)
    const found = findRoute(path)
    if (found === 'malformed') return malformed()
    if (found === undefined) return noPage()
    if ('moved' in found) return moved(found.moved + query)
    const { route, name } = found
    if (!reads) return methodNotAllowed()
    const { server } = this.#options
    const { accept = '' } = headers
    const answer = route.answer({ inventory, server, name, query: new URLSearchParams(query), accept })
    // Only canonical paths are cached: clients can send any number of other spellings.
    if (route.steady && isGood(answer) && url === route.path.replace('{name}', name))
      this.#steady.set(url, answer)
    return answer
  }

  #fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    // The client has disconnected during a zip, or can learn only from a broken connection that the rest is missing.
    if (response.headersSent) {
      response.destroy()
      return
    }
    const sentence = sentenceOf(error)
    if (sentence !== this.#warned) this.#options.warn(sentence)
    this.#warned = sentence
    sendWhole(request, response, failed())
  }
}

const isGood = (answer: Answer): boolean => 'package' in answer || answer.status === 200

function sentenceOf(error: unknown): string {
  if (isUsageError(error)) return error.message
  if (isSystemError(error)) return systemSentence(error)
  return `This is a bug in kplug: report it:\n${stackOf(error) ?? messageOf(error)}`
}
