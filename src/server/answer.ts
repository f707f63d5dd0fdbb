import { createHash } from 'node:crypto'
import type { PackedPackage } from '../package/packages-folder.js'

/** A complete response. It can be sent many times. */
export interface Whole {
  status: number
  /** As text, which Node sends in one write together with the headers. */
  body: string
  headers: Headers
}

export type Headers = Record<string, string | string[]>

/** A response with the bytes of a package. */
export interface Download {
  package: PackedPackage
}

export type Answer = Whole | Download

// A browser must not guess another type, and pages of other sites must not use the response.
const guards = { 'X-Content-Type-Options': 'nosniff' }

/** The headers of a response that clients may cache and revalidate. */
const lasting = (type: string, bytes: number, tag: string): Headers => ({
  'Content-Type': type,
  'Content-Length': String(bytes),
  ETag: `"${tag}"`,
  'Cache-Control': 'no-cache',
  ...guards,
})

function tagged(type: string, body: string, headers: Headers = {}): Whole {
  const tag = createHash('sha256').update(body).digest('base64url').slice(0, 27)
  return { status: 200, body, headers: { ...lasting(type, Buffer.byteLength(body), tag), ...headers } }
}

/** The headers of a response whose body is sent from a file. */
export const zipHead = (bytes: number, tag: string): Whole => ({
  status: 200,
  body: '',
  headers: lasting('application/zip', bytes, tag),
})

/** Compact JSON, like the engine's. */
export const json = (value: unknown): Whole => tagged('application/json', JSON.stringify(value))

export const page = (html: string, headers: Headers): Whole =>
  tagged('text/html; charset=utf-8', html, headers)

/** A text that ends in a line feed and must not be cached: every refusal. */
export const plain = (status: number, body: string, headers: Headers = {}): Whole => ({
  status,
  body,
  headers: {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    ...guards,
    ...headers,
  },
})

/** A response without a body. */
const empty = (status: number, headers: Headers): Whole => ({
  status,
  body: '',
  headers: { 'Content-Length': '0', ...guards, ...headers },
})

/** JSON with the content type of plain text, as the engine sends it. */
const refusal = (status: number, error: number, message: string): Whole =>
  plain(status, `${JSON.stringify({ error, message })}\n`)

const methods = { Allow: 'GET, HEAD, OPTIONS' }

// Statuses, codes and messages are the engine's, because clients depend on them.
export const badRequest = (message: string): Whole => refusal(400, 1000, message)
export const notFound = (what: string): Whole => refusal(404, 1002, `describe ${what} error: not found`)
export const noMetadata = (name: string): Whole => refusal(400, 5000, `This plugin was not found:${name}`)
export const noPage = (): Whole => plain(404, '404 page not found\n')
export const malformed = (): Whole => plain(400, '400 Bad Request')
export const methodNotAllowed = (): Whole => empty(405, methods)
export const allowed = (): Whole => empty(200, methods)
export const moved = (location: string): Whole => empty(301, { Location: location })
export const failed = (): Whole => refusal(500, 1000, 'The folder cannot be read: see the log of the server')

const challenges = { 'WWW-Authenticate': ['Bearer realm="kplug"', 'Basic realm="kplug"'] }

export const missingToken = (): Whole => plain(401, 'missing_token\n', challenges)
export const wrongToken = (): Whole => plain(401, 'invalid_token\n', challenges)
export const foreignHost = (host: string): Whole =>
  refusal(403, 1000, `Invalid host "${host}": use 127.0.0.1 or localhost`)
