import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import * as net from 'node:net'
import { foreignHost, missingToken, type Whole, wrongToken } from './answer.js'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Who may send requests. */
export class Access {
  readonly #token: Buffer | undefined
  readonly #local: boolean
  #lastHost: string | undefined

  /** @param local whether the server listens on loopback only */
  constructor(token: string | undefined, local: boolean) {
    this.#token = token === undefined ? undefined : digest(token)
    this.#local = local
  }

  /** The response to a refused client; undefined if access is allowed. */
  refuse({ headers: { host, authorization } }: IncomingMessage): Whole | undefined {
    if (this.#local && host !== undefined && host !== this.#lastHost) {
      if (!isLocalHost(host)) return foreignHost(host)
      this.#lastHost = host
    }
    if (this.#token === undefined) return undefined
    if (authorization === undefined) return missingToken()
    // Digests have equal lengths, and the time to compare them reveals nothing about the token.
    return timingSafeEqual(digest(tokenIn(authorization)), this.#token) ? undefined : wrongToken()
  }
}

/** A bearer token, or the password in `http://any:TOKEN@host/…`. Engines and browsers support only the second form. */
function tokenIn(authorization: string): string {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+) *$/.exec(authorization) ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return ''
  return Buffer.from(value, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '')
}

/** Why a text is not a valid token; undefined if it is. */
export function tokenAdvice(token: string): string | undefined {
  if (token === '')
    return 'Invalid token: it is empty; use a secret text, or leave the option out to serve without a token'
  if (/^[\x21-\x7e]+$/.test(token)) return undefined
  return 'Invalid token: it contains a character that an HTTP header does not allow; use letters, digits and ASCII punctuation'
}

const loopback = new net.BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')
loopback.addSubnet('::ffff:127.0.0.0', 104, 'ipv6')

/** Whether an IP address can be reached from this machine only. */
export const isLoopback = (address: string): boolean =>
  loopback.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4')

/**
 * Whether a `Host` header names this machine. A page of another site can have its own name resolved to 127.0.0.1 (DNS
 * rebinding) and then read the responses, but its requests carry that name.
 */
export function isLocalHost(header: string): boolean {
  const host = header.replace(/:\d*$/, '').toLowerCase()
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  const address = host.replace(/^\[(.*)\]$/, '$1')
  return net.isIP(address) !== 0 && isLoopback(address)
}
