import { createHash } from 'node:crypto'
import type { PackedPackage } from '../package/packages-folder.js'

/** An answer that is complete: written as it is, once or many times. */
export interface Whole {
  status: number
  /** As text, which Node sends in one write together with the headers. */
  body: string
  /** Names and values in turn, as `writeHead` takes them. */
  headers: string[]
  etag?: string
}

/** One that says which state of things it shows. */
interface Lasting extends Whole {
  etag: string
}

/** An answer that is a package's bytes. */
export interface Download {
  package: PackedPackage
}

export type Answer = Whole | Download

const plainText = 'text/plain; charset=utf-8'

// A browser must not make of an answer what it is not, nor use it in a page of another site.
const guards = ['X-Content-Type-Options', 'nosniff']

/** An answer that a client may keep, and ask whether it still holds. */
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

/** The head of an answer whose bytes are sent from a file. */
export const zipHead = (bytes: number, tag: string): Lasting => ({
  status: 200,
  body: '',
  ...tagged('application/zip', bytes, tag),
})

/** Compact, as the engine's. */
export const json = (value: unknown): Whole => lasting('application/json', JSON.stringify(value))

export const page = (html: string, headers: readonly string[]): Whole =>
  lasting('text/html; charset=utf-8', html, headers)

/** Text that ends in a line feed, which no one keeps: of every refusal. */
export function plain(status: number, body: string, headers: readonly string[] = []): Whole {
  const length = String(Buffer.byteLength(body))
  const own = ['Content-Type', plainText, 'Content-Length', length, 'Cache-Control', 'no-store']
  return { status, body, headers: [...own, ...guards, ...headers] }
}

/** A status that says it all. */
const empty = (status: number, headers: readonly string[]): Whole => ({
  status,
  body: '',
  headers: ['Content-Length', '0', ...guards, ...headers],
})

/** JSON that is called plain text, as the engine does. */
const refusal = (status: number, error: number, message: string): Whole =>
  plain(status, `${JSON.stringify({ error, message })}\n`)

// The statuses and codes are the engine's, its sentences too: clients look for them.
export const badRequest = (message: string): Whole => refusal(400, 1000, message)
export const notFound = (what: string): Whole => refusal(404, 1002, `describe ${what} error: not found`)
export const noMetadata = (name: string): Whole => refusal(400, 5000, `This plugin was not found:${name}`)
export const noPage = (): Whole => plain(404, '404 page not found\n')
export const malformed = (): Whole => plain(400, '400 Bad Request')
export const methodNotAllowed = (): Whole => empty(405, ['Allow', 'GET, HEAD, OPTIONS'])
export const allowed = (): Whole => empty(200, ['Allow', 'GET, HEAD, OPTIONS'])
export const moved = (location: string): Whole => empty(301, ['Location', location])
export const failed = (): Whole => refusal(500, 1000, 'The folder cannot be read: the server has said why')

const challenges = ['WWW-Authenticate', 'Bearer realm="kplug"', 'WWW-Authenticate', 'Basic realm="kplug"']

export const missingToken = (): Whole => plain(401, 'missing_token\n', challenges)
export const wrongToken = (): Whole => plain(401, 'invalid_token\n', challenges)
export const foreignHost = (host: string): Whole =>
  refusal(403, 1000, `Host "${host}" is not this machine: ask for 127.0.0.1 or localhost`)
