import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import * as http from 'node:http'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { ask, putPackage, serving } from '../support/serving.js'

async function downloading(limits = {}) {
  const served = await serving({}, { limits })
  const large = { path: 'models/large.bin', content: randomBytes(16_000_000) }
  await putPackage(served.folder, { assets: [large] })
  const request = http.get(`${served.url}/packages/things.zip`)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  return { ...served, response }
}

test('a zip in progress is sent to its end, and new connections are refused', async () => {
  const { response, stop, url } = await downloading()
  const stopped = stop()
  await expect(ask(url)).rejects.toThrow('ECONNREFUSED')
  expect((await buffer(response)).length).toBe(Number(response.headers['content-length']))
  await stopped
})

test('a client that does not read it is not awaited forever', async () => {
  const { response, stop } = await downloading({ stopTime: 50 })
  await stop()
  await expect(buffer(response)).rejects.toThrow('aborted')
})
