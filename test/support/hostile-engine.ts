import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** How an engine that is not one answers. */
export const hostileAnswers: Record<string, RequestListener> = {
  /** Never answers. */
  hangs() {},
  /** Sends a byte now and then, and never an end: no pause is ever long. */
  drips(_request, response) {
    response.writeHead(200, { 'content-type': 'application/json' })
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  },
  /** Sends a row of brackets that never ends. */
  floods(_request, response) {
    const chunk = '['.repeat(1_000_000)
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', more)
    more()
  },
  /** Says who to go to instead. */
  redirects(_request, response) {
    response.writeHead(302, { location: 'http://127.0.0.1:1/%1b[31m' }).end()
  },
  /** Moves the cursor, and repeats the secret that it was given. */
  echoes(request, response) {
    const message = `\u001b[2J\u009b31m ${request.headers.authorization ?? ''} \n\n${'x'.repeat(100_000)}`
    response.writeHead(400).end(JSON.stringify({ error: 1000, message }))
  },
  /** Answers what is JSON, and nothing that an engine says. */
  lies(_request, response) {
    response.end('{"a": [null, {"name": 1}], "__proto__": 3}')
  },
  nulls(_request, response) {
    response.end('null')
  },
  nullsInList(_request, response) {
    response.end('[null, 1, {"name": null}, {"name": "\u001b[31m", "functions": "x"}]')
  },
  pages(_request, response) {
    response.end(`<html>\u001b[31m${'y'.repeat(10_000)}</html>`)
  },
  empty(_request, response) {
    response.end()
  },
  resets(request) {
    request.socket.destroy()
  },
  fails(_request, response) {
    response.writeHead(500).end('\u0007panic: \u001b]0;title\u0007')
  },
}

/** Starts a hostile engine on loopback. Returns its URL, with a user name and a password. */
export async function hostileEngine(how: string): Promise<string> {
  const server = createServer(hostileAnswers[how])
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  // A server that listens on a port has an address with a port.
  return `http://user:hunter2@127.0.0.1:${(server.address() as AddressInfo).port}`
}
