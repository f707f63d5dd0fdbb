// Asks a URL over and over on 32 kept connections, and prints the answers in a second: `http-load.ts URL MILLISECONDS`.
// Anything but 200 with the same length as the first is an error.
import * as net from 'node:net'

const [url = '', time = ''] = process.argv.slice(2)
const { hostname, port, pathname } = new URL(url)
const request = `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`
const end = performance.now() + Number(time)

/** The answers that came on one connection. */
function load(): Promise<number> {
  return new Promise((resolve, reject) => {
    let answers = 0
    let received = ''
    let length = 0
    const socket = net.connect(Number(port), hostname).setNoDelay().setEncoding('latin1')
    socket.on('connect', () => socket.write(request))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('The server ended a connection')))
    socket.on('data', (text: string) => {
      received += text
      length ||= lengthOf(received)
      if (length === 0 || received.length < length) return
      if (received.length > length || !received.startsWith('HTTP/1.1 200 ')) {
        reject(new Error(`Unlike the first: ${received}`))
        return
      }
      answers += 1
      received = ''
      if (performance.now() < end) socket.write(request)
      else {
        resolve(answers)
        socket.destroy()
      }
    })
  })
}

/** Of an answer with its headers, once they are complete; before that 0. */
function lengthOf(text: string): number {
  const head = text.indexOf('\r\n\r\n')
  const body = /^content-length: (\d+)/im.exec(text)?.[1]
  return head < 0 || body === undefined ? 0 : head + 4 + Number(body)
}

const began = performance.now()
const answers = await Promise.all(Array.from({ length: 32 }, load))
const total = answers.reduce((sum, count) => sum + count, 0)
process.stdout.write(`${(total / (performance.now() - began)) * 1000}\n`)
