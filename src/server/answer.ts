import { createHash } from 'node:crypto'
import type { PackedPackage } from '../package/packages-folder.js'

/** A complete response. It can be sent many times. */
export interface Whole {
  status: number
  /** As text, which Node sends in one write together with the headers. */
  body: string
  /** Names and values in turn, as `writeHead` accepts them. */
  headers: string[]
  etag?: string
}

/** A response with an ETag. */
interface Lasting extends Whole {
  etag: string
}

/** A response with the bytes of a package. */
export interface Download {
  package: PackedPackage
}

export type Answer = Whole | Download

const plainText = 'text/plain; charset=utf-8'

// A browser must not guess another type, and pages of other sites must not use the response.
const guards = ['X-Content-Type-Options', 'nosniff']

/** A response that clients may cache and revalidate. */
function lasting(type: string, body: string, headers: readonly string[] = []): Lasting {
  const tag = createHash('sha256').update(body).digest('base64url').slice(0, 27)
  return { status: 200, body, ...tagged(type, Buffer.byteLength(body), tag, headers) }
}

function tagged(type: string, bytes: number, tag: string, headers: readonly string[] = []) {
  const etag = `"${tag}"`
  const own = [
    'Content-Type',
    type,
    'Content-Length',
    String(bytes),
    'ETag',
    etag,
    'Cache-Control',
    'no-cache',
  ]
  return { etag, headers: [...own, ...guards, ...headers] }
}

/** The headers of a response whose body is sent from a file. */
export const zipHead = (bytes: number, tag: string): Lasting => ({
  status: 200,
  body: '',
  ...tagged('application/zip', bytes, tag),
})

/** Compact JSON, like the engine's. */
export const json = (value: unknown): Whole => lasting('application/json', JSON.stringify(value))

export const page = (html: string, headers: readonly string[]): Whole =>
  lasting('text/html; charset=utf-8', html, headers)

/** A text that ends in a line feed and must not be cached: every refusal. */
export function plain(status: number, body: string, headers: readonly string[] = []): Whole {
  const length = String(Buffer.byteLength(body))
  const own = ['Content-Type', plainText, 'Content-Length', length, 'Cache-Control', 'no-store']
  return { status, body, headers: [...own, ...guards, ...headers] }
}

/** A response without a body. */
const empty = (status: number, headers: readonly string[]): Whole => ({
  status,
  body: '',
  headers: ['Content-Length', '0', ...guards, ...headers],
})

/** JSON with the content type of plain text, as the engine sends it. */
const refusal = (status: number, error: number, message: string): Whole =>
  plain(status, `${JSON.stringify({ error, message })}\n`)

// Statuses, codes and messages are the engine's, because clients depend on them.
export const badRequest = (message: string): Whole => refusal(400, 1000, message)
export const notFound = (what: string): Whole => refusal(404, 1002, `describe ${what} error: not found`)
export const noMetadata = (name: string): Whole => refusal(400, 5000, `This plugin was not found:${name}`)
export const noPage = (): Whole => plain(404, '404 page not found\n')
export const malformed = (): Whole => plain(400, '400 Bad Request')
export const methodNotAllowed = (): Whole => empty(405, ['Allow', 'GET, HEAD, OPTIONS'])
export const allowed = (): Whole => empty(200, ['Allow', 'GET, HEAD, OPTIONS'])
export const moved = (location: string): Whole => empty(301, ['Location', location])
export const failed = (): Whole => refusal(500, 1000, 'The folder cannot be read: see the log of the server')

const challenges = ['WWW-Authenticate', 'Bearer realm="kplug"', 'WWW-Authenticate', 'Basic realm="kplug"']

export const missingToken = (): Whole => plain(401, 'missing_token\n', challenges)
export const wrongToken = (): Whole => plain(401, 'invalid_token\n', challenges)
export const foreignHost = (host: string): Whole =>
  refusal(403, 1000, `Invalid host "${host}": use 127.0.0.1 or localhost`)
