import { once } from 'node:events'
import * as http from 'node:http'
import * as net from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Engine } from '../../src/engine/engine.js'
import { engineVersion } from '../../src/engine/version.js'
import { proxyFor } from '../../src/engine/proxy.js'
import { FakeEngine } from '../support/fake-rest.js'

const proxy = 'http://proxy.example:3128'

test.each<[string, Record<string, string>, boolean]>([
  ['http://gateway:9081', { http_proxy: proxy }, true],
  ['http://gateway:9081', { HTTP_PROXY: proxy }, true],
  ['https://gateway', { https_proxy: proxy }, true],
  ['https://gateway', { http_proxy: proxy }, false],
  ['http://gateway:9081', {}, false],
  ['http://gateway:9081', { http_proxy: '' }, false],
  ['http://localhost:9081', { http_proxy: proxy }, false],
  ['http://127.0.0.1:9081', { http_proxy: proxy }, false],
  ['http://[::1]:9081', { http_proxy: proxy }, false],
  ['http://gateway:9081', { http_proxy: proxy, no_proxy: '*' }, false],
  ['http://gateway:9081', { http_proxy: proxy, NO_PROXY: 'other, gateway' }, false],
  ['http://a.plant.example:9081', { http_proxy: proxy, no_proxy: '.plant.example' }, false],
  ['http://a.plant.example:9081', { http_proxy: proxy, no_proxy: 'plant.example' }, false],
  ['http://aplant.example:9081', { http_proxy: proxy, no_proxy: 'plant.example' }, true],
  ['http://gateway:9081', { http_proxy: proxy, no_proxy: 'gateway:9082' }, true],
  ['http://gateway:9081', { http_proxy: proxy, no_proxy: 'gateway:9081' }, false],
])('%s with %j uses the proxy: %s', (url, env, used) => {
  expect(proxyFor(new URL(url), env)?.href).toBe(used ? new URL(proxy).href : undefined)
})

/** Where a proxy listens, and what it was asked. */
async function startProxy(onConnect?: (request: http.IncomingMessage, socket: net.Socket) => void) {
  const asked: string[] = []
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
    response.end('{"version":"2.4.0"}')
  })
  server.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
    asked.push(`CONNECT ${request.url}`)
    onConnect?.(request, socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  // A server that listens on a port has an address with a port.
  return { asked, host: `127.0.0.1:${(server.address() as net.AddressInfo).port}` }
}

test('a proxy gets the whole URL, and its own password', async () => {
  const { asked, host } = await startProxy()
  const env = { http_proxy: `http://me:pass%20word@${host}` }
  const engine = new Engine({ url: 'http://gateway.example:9081', env })
  expect((await engineVersion(engine)).text).toBe('2.4.0')
  const credentials = Buffer.from('me:pass word').toString('base64')
  expect(asked).toEqual([`GET http://gateway.example:9081/ Basic ${credentials}`])
})

test('an https engine is reached through a tunnel, and a proxy that refuses one is named', async () => {
  const { asked, host } = await startProxy((_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
  const engine = new Engine({ url: 'https://gateway.example', env: { https_proxy: `http://${host}` } })
  await expect(engineVersion(engine)).rejects.toThrow(
    `Cannot reach https://gateway.example/: the proxy ${host} responded with status 403 for gateway.example:443`,
  )
  expect(asked).toEqual(['CONNECT gateway.example:443'])
})

test('an engine on this machine is reached directly', async () => {
  const fake = await FakeEngine.start()
  const engine = new Engine({ url: fake.url, env: { http_proxy: 'http://127.0.0.1:1' } })
  expect((await engineVersion(engine)).text).toBe('2.4.0')
})
