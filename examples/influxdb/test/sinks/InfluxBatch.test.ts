import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { runSink } from 'kplug/testing'
import { withEngine } from 'kplug/testing/engine'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { config, lineOf, InfluxBatch } from '../../src/sinks/InfluxBatch.js'

let written: { url: string | undefined; token: string | undefined; body: string }[] = []
const server = http.createServer((request, response) => void take(request, response))

async function take(request: http.IncomingMessage, response: http.ServerResponse) {
  const body = await text(request)
  written.push({ url: request.url, token: request.headers.authorization, body })
  if (body.includes('refuse')) response.writeHead(422).end('field type conflict')
  else response.end()
}

let props = {}

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  props = {
    url,
    org: 'me',
    bucket: 'plant',
    token: 'env:TOKEN',
    measurement: 'weather',
    tags: ['city'],
    time: 'at',
  }
})
beforeEach(() => {
  written = []
})
afterAll(() => server.close())

test('influxBatch writes a batch of rows in one request', async () => {
  const rows = [
    { city: 'Lima', celsius: 21.5, at: 1 },
    { city: 'Rio', celsius: 30, at: 2 },
  ]
  await runSink(InfluxBatch, [rows], { config, props, env: { TOKEN: 'abc' } })
  expect(written).toEqual([
    {
      url: '/api/v2/write?precision=ms&org=me&bucket=plant',
      token: 'Token abc',
      body: 'weather,city=Lima celsius=21.5 1\nweather,city=Rio celsius=30 2',
    },
  ])
})

test('influxBatch reports what the server refuses', async () => {
  const sent = runSink(InfluxBatch, [{ a: 'refuse', at: 1 }], { config, props, env: { TOKEN: 'abc' } })
  await expect(sent).rejects.toThrow('InfluxDB returned 422: field type conflict')
})

test('a line escapes names and texts', () => {
  const row = { 'a b': 'say "hi"', n: 5n, none: null }
  expect(lineOf(row, { measurement: 'm,1', tags: [], time: '' })).toBe('m\\,1 a\\ b="say \\"hi\\"",n=5i')
})

const inRule = withEngine(async engine => {
  await engine.install()
  await engine.stream('demo', [{ city: 'Lima', celsius: 21.5, at: 1 }])
  const { sql, actions } = JSON.parse(readFileSync('rules/influxBatch.json', 'utf8'))
  const action = { ...actions[0].influxBatch, ...props, token: 'abc', batchSize: 2 }
  await engine.rule(sql, { actions: [{ influxBatch: action }] })
  await vi.waitFor(() => expect(written).not.toEqual([]), 20_000)
  expect(written[0]?.body).toBe('weather,city=Lima celsius=21.5 1\nweather,city=Lima celsius=21.5 1')
})

test('influxBatch writes the batches of a rule', inRule, 60_000)
