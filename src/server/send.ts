import * as fs from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { zipFileOf } from '../package/packages-folder.js'
import { type Download, notFound, type Whole, zipHead } from './answer.js'

/** Sends an answer, or only that what the client has of it still holds. */
export function sendWhole(request: IncomingMessage, response: ServerResponse, answer: Whole): void {
  const { status, headers, body, etag } = answer
  // What follows is not read, so nothing can be asked behind it.
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

/** Whether `If-None-Match` names a tag; weak ones are good enough for reading. */
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

/** Sends a zip as it lies in a folder; what is renamed over it meanwhile does not mix with it. */
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
