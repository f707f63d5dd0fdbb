import * as fs from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { zipFileOf } from '../package/packages-folder.js'
import { type Download, type Headers, notFound, type Whole, zipHead } from './answer.js'

/** Sends a response, or status 304 if the client has the current version. */
export function sendWhole(request: IncomingMessage, response: ServerResponse, answer: Whole): void {
  const { status, headers, body } = answer
  // The rest of the request is not read, so the connection cannot be reused.
  if (hasBody(request)) response.shouldKeepAlive = false
  if (isHeld(request, headers)) {
    const { 'Content-Type': _type, 'Content-Length': _length, ...others } = headers
    response.writeHead(304, others).end()
    return
  }
  response.writeHead(status, headers)
  response.end(request.method === 'HEAD' ? undefined : body)
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

/** Whether `If-None-Match` contains the tag of a response. Weak tags are sufficient for reading. */
function isHeld({ headers }: IncomingMessage, { ETag: etag }: Headers): boolean {
  const tags = headers['if-none-match']
  if (tags === undefined || etag === undefined) return false
  return tags.split(',').some(tag => [etag, '*'].includes(tag.trim().replace(/^W\//, '')))
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
    if (request.method === 'HEAD' || isHeld(request, whole.headers))
      return sendWhole(request, response, whole)
    response.setTimeout(quietTime, () => response.destroy())
    response.writeHead(200, whole.headers)
    if (bytes > 0) await pipeline(file.createReadStream({ autoClose: false, end: bytes - 1 }), response)
    else response.end()
  } finally {
    await file.close()
  }
}
