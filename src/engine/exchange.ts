import type * as http from 'node:http'
import type { Readable } from 'node:stream'

/** The response of an engine: its status and its body. */
export interface Answer {
  status: number
  body: string
  /** The time on the engine's clock, in milliseconds since 1970. */
  date: number
}

const largestAnswer = 16_000_000

/**
 * Sends a request and reads the whole response. The timeout covers the whole response, because an engine may send one
 * byte a minute.
 */
export function exchange(
  sent: http.ClientRequest,
  body: string | Readable | undefined,
  limit: number,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const answer = new Promise<Answer>((resolve, reject) => {
    const late = (): void => {
      reject(new Error(`it did not respond within ${limit / 1000} s`))
      sent.destroy()
    }
    sent.on('error', reject)
    // While a large body is sent, only a pause counts as a timeout.
    sent.on('timeout', late)
    sent.on('finish', () => {
      timer = setTimeout(late, limit)
    })
    sent.on('response', response => {
      const { statusCode: status = 0, headers } = response
      const date = Date.parse(headers.date ?? '') || Date.now()
      bodyOf(response).then(text => resolve({ status, body: text, date }), reject)
    })
  })
  if (typeof body === 'object') body.on('error', error => sent.destroy(error)).pipe(sent)
  else sent.end(body)
  return answer.finally(() => clearTimeout(timer))
}

async function bodyOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > largestAnswer) throw new Error(`its response is larger than ${largestAnswer / 1_000_000} MB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
