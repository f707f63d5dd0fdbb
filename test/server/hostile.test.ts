import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { exchange, putPackage, type Served, serving, statusOf } from '../support/serving.js'

const secret = 'what nobody may read'

/** A server with a secret around and inside its folders, none of it a plugin. */
async function besieged(limits = {}): Promise<Served> {
  const served = await serving(
    {
      'secret.txt': secret,
      'secret.zip': secret,
      'package.json': secret,
      'plugins/sources/Ticks.js': secret,
      'plugins/sources/.env': secret,
      'dist/notes.txt': secret,
    },
    { limits },
  )
  await putPackage(served.folder)
  fs.symlinkSync(path.join(served.folder, 'secret.zip'), path.join(served.folder, 'dist', 'link.zip'))
  return served
}

const get = (target: string): string =>
  `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`

async function expectAnswering({ ask }: Served): Promise<void> {
  expect(await ask('/plugins/sources')).toMatchObject({ status: 200, body: '["ticks"]' })
}

describe('names that lead out of the folder', () => {
  test.each(
    [
      '../../secret.txt',
      '..%2f..%2fsecret.txt',
      '%2e%2e/%2e%2e/secret.txt',
      '%2e%2e%2f%2e%2e%2fsecret.txt',
      '..%252f..%252fsecret.txt',
      '..%5c..%5csecret.txt',
      '..\\..\\secret.txt',
      '%c0%ae%c0%ae%c0%afsecret.txt',
      'ticks%00.txt',
      'Ticks.js',
      'Ticks.js%00',
      '.env',
      '%2fetc%2fpasswd',
      '....//....//secret.txt',
      '../dist/notes.txt',
      '..;/..;/secret.txt',
    ].flatMap(name => [`/plugins/sources/${name}`, `/metadata/sources/${name}`, `/packages/${name}`]),
  )('%s', async target => {
    const served = await besieged()
    const received = await exchange(served.port, get(target))
    expect(received).not.toContain(secret)
    expect(statusOf(received)).toBeGreaterThanOrEqual(301)
    await expectAnswering(served)
  })

  test.each(['link', '..%2fsecret', '../secret', 'link%2f..%2fthings', 'things-1.0.0', 'things%00', ''])(
    'there is no package %s',
    async name => {
      const served = await besieged()
      const received = await exchange(served.port, get(`/packages/${name}.zip`))
      expect(received).not.toContain(secret)
      expect([301, 404]).toContain(statusOf(received))
    },
  )

  test('every path gets a response, and only plugins are served', async () => {
    const served = await besieged()
    const piece = fc.constantFrom(
      '/',
      '..',
      '.',
      '%2e',
      '%2f',
      '%00',
      '%',
      '\\',
      'plugins',
      'sources',
      'ticks',
      'é',
      '?',
      ';',
      'secret.txt',
      '.zip',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async pieces => {
        const received = await exchange(served.port, get(`/${pieces.join('')}`))
        expect(received).not.toContain(secret)
        expect([200, 301, 400, 404]).toContain(statusOf(received))
      }),
      { numRuns: 150 },
    )
  })
})

describe('invalid requests', () => {
  test.each<[string, string | Buffer, number]>([
    ['a URL of 1 MB', get(`/${'a'.repeat(1_000_000)}`), 431],
    ['a URL of 8 KB', get(`/${'a'.repeat(8192)}`), 431],
    ['a header of 1 MB', get('/').replace('\r\n\r\n', `\r\nX: ${'a'.repeat(1_000_000)}\r\n\r\n`), 431],
    ['10 000 headers', get('/').replace('\r\n\r\n', `\r\n${'X: 1\r\n'.repeat(10_000)}\r\n`), 431],
    ['a NUL in the path', get('/plugins/sources/a\0b'), 400],
    ['a line feed in the path', get('/plugins/a\nb'), 400],
    ['an encoding that is none', get('/plugins/sources/%zz'), 400],
    ['an encoding that is no UTF-8', get('/plugins/sources/%E4'), 400],
    ['noise', Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 37) % 256)), 400],
    ['a TLS greeting', Buffer.from('160301020001', 'hex'), 400],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    [
      'two lengths',
      `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
      400,
    ],
    [
      'a length and chunks',
      'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a method of its own', get('/').replace('GET', 'STEAL'), 400],
  ])('%s', async (_, bytes, status) => {
    const served = await besieged()
    expect(statusOf(await exchange(served.port, bytes))).toBe(status)
    await expectAnswering(served)
  })

  test('an absolute URL is served like its path', async () => {
    const served = await besieged()
    expect(await exchange(served.port, get('http://127.0.0.1/plugins/sources'))).toContain('["ticks"]')
  })

  test('a body is not awaited, and the data after it is not parsed as a request', async () => {
    const served = await besieged()
    const smuggled = 'GET /plugins/sources HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const bytes = `POST /plugins/sources HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n${smuggled}`
    const received = await exchange(served.port, bytes)
    expect(statusOf(received)).toBe(405)
    expect(received.toLowerCase()).toContain('connection: close')
    expect(received).not.toContain('ticks')
  })
})

describe('idle connections', () => {
  const connect = async (port: number): Promise<net.Socket> => {
    const socket = net.connect({ host: '127.0.0.1', port }).on('error', () => {})
    await once(socket, 'connect')
    return socket
  }

  test('headers that arrive a byte at a time are not awaited', async () => {
    const served = await besieged({ requestTime: 100 })
    const socket = await connect(served.port)
    const dripping = setInterval(() => socket.write('x'), 10)
    const ended = new Promise<void>(resolve => socket.once('close', () => resolve()))
    let received = ''
    socket.setEncoding('latin1').on('data', (text: string) => (received += text))
    // The server closes after its answer. A byte that arrives then resets the connection, and may discard the answer.
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX: ')
    await ended
    clearInterval(dripping)
    if (received !== '') expect(statusOf(received)).toBe(408)
    await expectAnswering(served)
  })

  test('a client that does not read a zip is disconnected, and the file is closed', async () => {
    const served = await besieged({ quietTime: 200 })
    const large = { path: 'models/large.bin', content: randomBytes(16_000_000) }
    await putPackage(served.folder, { name: 'heavy', assets: [large] })
    const socket = await connect(served.port)
    socket.write(get('/packages/heavy.zip'))
    await once(socket, 'readable')
    // Nothing more is read: what fills is our side's buffer, then the server's.
    await vi.waitFor(() => expect(openZips()).toBe(1), 5000)
    await vi.waitFor(() => expect(openZips()).toBe(0), 10_000)
    await expectAnswering(served)
    socket.destroy()
  })

  function openZips(): number {
    const links = fs.readdirSync('/proc/self/fd').map(fd => {
      try {
        return fs.readlinkSync(`/proc/self/fd/${fd}`)
      } catch {
        return ''
      }
    })
    return links.filter(link => link.endsWith('heavy-1.0.0.zip')).length
  }

  test('with 1000 open connections the server responds, within its limit', async () => {
    const served = await besieged({ connections: 100 })
    const sockets = await Promise.all(Array.from({ length: 1000 }, () => connect(served.port)))
    await expectAnswering(served)
    const left = sockets.filter(socket => !socket.closed)
    await allBut(
      100,
      left.map(socket => once(socket.resume(), 'close')),
    )
    expect(sockets.filter(socket => !socket.closed).length).toBeGreaterThan(90)
    for (const socket of sockets) socket.destroy()
  })

  /** Resolves once all but some have. */
  function allBut(count: number, waiting: readonly Promise<unknown>[]): Promise<void> {
    let left = waiting.length - count
    return new Promise(resolve => {
      if (left <= 0) resolve()
      for (const one of waiting) void one.then(() => --left === 0 && resolve())
    })
  }

  test('an active connection is kept while idle ones are closed', async () => {
    const served = await besieged({ connections: 10 })
    const asking = await connect(served.port)
    for (let i = 0; i < 30; i += 1) {
      asking.write(get('/plugins/sources').replace('close', 'keep-alive'))
      await once(asking, 'data')
      await connect(served.port)
    }
    expect(asking.destroyed).toBe(false)
    asking.destroy()
  })
})
