import * as fs from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { zipFileOf } from '../package/packages-folder.js'
import { type Download, notFound, type Whole, zipHead } from './answer.js'

/** Sends a response, or status 304 if the client has the current version. */
export function sendWhole(request: IncomingMessage, response: ServerResponse, answer: Whole): void {
  const { status, headers, body, etag } = answer
  // The rest of the request is not read, so the connection cannot be reused.
  if (hasBody(request)) response.shouldKeepAlive = false
  if (etag !== undefined && holds(request, etag)) {
    response.writeHead(304, withoutContent(headers)).end()
    return
  }
  response.writeHead(status, headers)
  response.end(request.method === 'HEAD' ? undefined : body)
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

/** Whether `If-None-Match` contains a tag. Weak tags are sufficient for reading. */
function holds({ headers }: IncomingMessage, etag: string): boolean {
  const tags = headers['if-none-match']
  if (tags === undefined) return false
  return tags.split(',').some(tag => [etag, '*'].includes(tag.trim().replace(/^W\//, '')))
}

function withoutContent(headers: readonly string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const [name = '', value = ''] = headers.slice(i, i + 2)
    if (name !== 'Content-Type' && name !== 'Content-Length') kept.push(name, value)
  }
  return kept
}

/** Sends a zip from a folder. If another file replaces it meanwhile, the two do not mix. */
export async function sendZip(
  request: IncomingMessage,
  response: ServerResponse,
  { packages, quietTime }: { packages: string; quietTime: number },
  { package: { name, zip } }: Download,
): Promise<void> {
  const file = await fs.promises
    .open(path.join(packages, zip.file), fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)
    .catch(() => undefined)
  if (file === undefined) return sendWhole(request, response, notFound(`package ${name}`))
  try {
    const { bytes, stamp } = zipFileOf(zip.file, await file.stat())
    const whole = zipHead(bytes, stamp)
    if (request.method === 'HEAD' || holds(request, whole.etag)) return sendWhole(request, response, whole)
    response.setTimeout(quietTime, () => response.destroy())
    response.writeHead(200, whole.headers)
    if (bytes > 0) await pipeline(file.createReadStream({ autoClose: false, end: bytes - 1 }), response)
    else response.end()
  } finally {
    await file.close()
  }
}
