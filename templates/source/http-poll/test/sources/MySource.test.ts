import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { runSource } from 'kplug/testing'
import { withEngine } from 'kplug/testing/engine'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { config, MySource } from '../../src/sources/MySource.js'

const server = http.createServer((request, response) => {
  if (request.url === '/broken') response.statusCode = 503
  response.end(JSON.stringify([{ path: request.url, token: request.headers.authorization ?? '' }]))
})
let url = ''

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

test('mySource emits the rows of each response', async () => {
  const props = { url, every: 1, token: 'env:TOKEN' }
  const env = { TOKEN: 'abc' }
  const { rows } = await runSource(MySource, { config, props, env, dataSource: '/a', limit: 2 })
  expect(rows).toEqual([
    { path: '/a', token: 'Bearer abc' },
    { path: '/a', token: 'Bearer abc' },
  ])
})

test('mySource reports a failed request and continues', async () => {
  const ctx = new MySource()
  ctx.configure('/broken', config.parse({ url, every: 1 }))
  const errors: unknown[] = []
  const stop = new AbortController()
  const context = {
    signal: stop.signal,
    sleep: () => Promise.resolve(),
    error(reason: unknown) {
      errors.push(reason)
      if (errors.length === 2) stop.abort()
    },
  }
  // The source uses no more of its context than this.
  for await (const row of ctx.open(context as never)) expect(row).toBeUndefined()
  expect(String(errors[0])).toContain('/broken returned 503')
})

const inRule = withEngine(async engine => {
  await engine.install()
  await engine.configure('mySource', 'local', { url, every: 10 })
  const rule = await engine.rule(readFileSync('rules/mySource.sql', 'utf8'))
  expect(await rule.rows(2)).toEqual([
    { path: '/', token: '' },
    { path: '/', token: '' },
  ])
})

test('mySource polls in a rule', inRule, 60_000)
