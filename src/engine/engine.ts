import { attempt } from '../errors/cannot.js'
import * as fs from 'node:fs'
import * as http from 'node:http'
import * as https from 'node:https'
import type { Readable } from 'node:stream'
import * as tls from 'node:tls'
import { UsageError } from '../errors/usage-error.js'
import { type Answer, exchange } from './exchange.js'
import { reachReason } from './reach-reason.js'
import { proxyAuthorization, proxyFor, tunnel } from './proxy.js'

/** The connection settings of an engine. */
export interface EngineOptions {
  url: string
  /** Sent unchanged: eKuiper expects no `Bearer`. */
  token?: string | undefined
  /** A file with the certificate that signed the engine's own. */
  ca?: string | undefined
  /** Timeout in milliseconds for a complete answer. Default: 90 000. */
  limit?: number
  /** Aborts all requests. */
  signal?: AbortSignal | undefined
  /** The environment variables, which may name a proxy. */
  env?: Readonly<Record<string, string | undefined>>
}

/** The engine refused a request. The message is its own. */
export class EngineRefusal extends UsageError {
  readonly status: number

  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

interface Outgoing {
  method: string
  path: string
  headers?: http.OutgoingHttpHeaders
  body?: string | Readable | undefined
  signal?: AbortSignal | undefined
}

interface HttpOptions extends http.RequestOptions {
  path: string
  headers: http.OutgoingHttpHeaders
}

// An install waits for the plugin's handshake, up to one minute.
const answerLimit = 90_000

/** A running eKuiper over REST. Every failure becomes one sentence that names the engine. */
export class Engine {
  readonly url: URL
  readonly #token: string | undefined
  readonly #ca: Buffer | undefined
  readonly #proxy: URL | undefined
  readonly #limit: number
  readonly #signal: AbortSignal | undefined

  constructor({ url, token, ca, limit = answerLimit, signal, env = {} }: EngineOptions) {
    this.url = parseUrl(url)
    this.#token = token === undefined ? undefined : checkedToken(token)
    this.#limit = limit
    this.#signal = signal
    this.#ca = ca === undefined ? undefined : attempt(`read the certificate ${ca}`, () => fs.readFileSync(ca))
    this.#proxy = proxyFor(this.url, env)
  }

  /** Sends a request, with JSON if it has a body, and resolves with the response as text. */
  async send(method: string, path: string, body?: object): Promise<string> {
    const { body: answer } = await this.accepted({
      method,
      path,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    return answer
  }

  /** Sends a request and resolves with the JSON of the response. */
  async json(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await this.send(method, path, body)
    try {
      return JSON.parse(answer)
    } catch (error) {
      throw new UsageError(`Cannot use ${this.#address} as an eKuiper: the response of ${path} is not JSON`, {
        cause: error,
      })
    }
  }

  /** Deletes a resource that may no longer exist. */
  async discard(path: string): Promise<void> {
    await this.send('DELETE', path).catch((error: unknown) => {
      if (!(error instanceof EngineRefusal) || error.status >= 500) throw error
    })
  }

  /** Sends a request. Throws the engine's own message if the engine refuses it. */
  async accepted(outgoing: Outgoing): Promise<Answer> {
    const answer = await this.ask(outgoing)
    if (answer.status < 300) return answer
    const words = this.#wordsOf(answer)
    const message = [401, 403].includes(answer.status)
      ? `${this.#address} refuses the token: set KPLUG_ENGINE_TOKEN to a valid one (${words})`
      : words
    throw new EngineRefusal(message, answer.status)
  }

  async ask({ method, path, headers = {}, body, signal }: Outgoing): Promise<Answer> {
    const options: HttpOptions = {
      method,
      path: this.url.pathname.replace(/\/$/, '') + path,
      headers: { ...headers, ...(this.#token === undefined ? {} : { authorization: this.#token }) },
      timeout: this.#limit,
      signal: AbortSignal.any([signal, this.#signal].filter(one => one !== undefined)),
    }
    try {
      return await exchange(await this.#request(options), body, this.#limit)
    } catch (error) {
      throw new UsageError(`Cannot reach ${this.#address}: ${reachReason(error)}`, { cause: error })
    }
  }

  /** The address without the user name and password that a URL may contain. */
  get #address(): string {
    return this.url.origin + this.url.pathname
  }

  /** If an engine repeats the token in its response, this hides it. */
  #wordsOf(answer: Answer): string {
    const words = wordsOf(answer)
    return this.#token ? words.replaceAll(this.#token, '***') : words
  }

  async #request(options: HttpOptions): Promise<http.ClientRequest> {
    const ca = this.#ca
    if (this.url.protocol === 'https:') {
      const socket = this.#proxy && (await tunnel(this.#proxy, this.url, this.#limit))
      const secured = (): tls.TLSSocket =>
        tls.connect({ socket, servername: this.url.hostname, ...(ca && { ca }) })
      return https.request(this.url, {
        ...options,
        ...(ca && { ca }),
        ...(socket && { agent: false, createConnection: secured }),
      })
    }
    if (this.#proxy === undefined) return http.request(this.url, options)
    // For plain HTTP, a proxy expects the whole URL.
    return http.request(this.#proxy, {
      ...options,
      path: this.url.origin + options.path,
      headers: { host: this.url.host, ...options.headers, ...proxyAuthorization(this.#proxy) },
    })
  }
}

/** The message in the engine's error object, or the beginning of any other body. */
function wordsOf({ status, body }: Answer): string {
  try {
    const { message }: { message?: unknown } = JSON.parse(body) ?? {}
    if (typeof message === 'string') return message.trim()
  } catch {
    // Not JSON: some proxies respond with HTML pages.
  }
  return body.trim() === ''
    ? `its response has status ${status}`
    : `its response has status ${status}: ${body.trim().slice(0, 200)}`
}

function parseUrl(url: string): URL {
  // The URL standard removes line feeds and tabs instead of refusing them.
  const parsed = /\s/.test(url) || !URL.canParse(url) ? undefined : new URL(url)
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return parsed
  throw new UsageError(`Cannot use engine "${url}": use its REST address, such as "http://127.0.0.1:9081"`)
}

function checkedToken(token: string): string {
  if (/^[\x20-\x7e\xa0-\xff]+$/.test(token)) return token
  throw new UsageError(
    'Cannot use the token in KPLUG_ENGINE_TOKEN: it is empty, or contains a character that an HTTP header does not allow; remove line feeds',
  )
}
