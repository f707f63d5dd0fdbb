import { describe, expect, test } from 'vitest'
import { isLocalHost, isLoopback, tokenAdvice } from '../../src/server/access.js'
import { exchange, serving, statusOf } from '../support/serving.js'

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

describe('a token', () => {
  test.each([
    ['as a bearer', 'Bearer s3cret', 200],
    ['whatever the case of the scheme', 'bearer s3cret', 200],
    ['as a password, which is all that a URL can hold', basic('kplug:s3cret'), 200],
    ['as a password of nobody', basic(':s3cret'), 200],
    ['wrong', 'Bearer s3cres', 401],
    ['the beginning of it', 'Bearer s3cre', 401],
    ['more than it', 'Bearer s3cret2', 401],
    ['without a scheme', 's3cret', 401],
    ['as a user', basic('s3cret:'), 401],
    ['in another scheme', 'Digest s3cret', 401],
    ['twice', 'Bearer s3cret s3cret', 401],
    ['empty', 'Bearer ', 401],
  ])('%s', async (_, authorization, status) => {
    const { ask } = await serving({}, { token: 's3cret' })
    expect(await ask('/plugins/sources', { headers: { authorization } })).toMatchObject({ status })
  })

  test.each(['/', '/plugins/sources', '/nosuch', '/openapi.json', '/packages/x.zip', '/%zz'])(
    'is required for %s by every method',
    async path => {
      const { ask } = await serving({}, { token: 's3cret' })
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const { status, body, headers } = await ask(path, { method })
        expect({ status, body }).toEqual({ status: 401, body: 'missing_token\n' })
        expect(headers['www-authenticate']).toContain('Bearer')
      }
    },
  )

  test.each([
    ['', 'empty'],
    ['two words', 'header'],
    ['zwölf', 'header'],
    ['a\nb', 'header'],
  ])('%j is refused', (token, reason) => expect(tokenAdvice(token)).toContain(reason))

  test('may contain all characters that a header allows', () =>
    expect(tokenAdvice('aZ09-._~+/=')).toBeUndefined())
})

describe('a request with the name of another host is refused', () => {
  test.each([
    ['127.0.0.1:9082', true],
    ['127.8.9.1', true],
    ['localhost:9082', true],
    ['LOCALHOST', true],
    ['kplug.localhost:1', true],
    ['[::1]:9082', true],
    ['[::ffff:127.0.0.1]', true],
    ['evil.example', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['10.0.0.1:9082', false],
    ['0.0.0.0', false],
    ['[::]', false],
    ['', false],
    ['localhost:x', false],
  ])('%s: %s', (host, local) => expect(isLocalHost(host)).toBe(local))

  test('with 403 and a sentence', async () => {
    const { ask } = await serving()
    await ask('/plugins/sources')
    const { status, body } = await ask('/plugins/sources', { headers: { host: 'evil.example:9082' } })
    expect(status).toBe(403)
    expect(JSON.parse(body)).toMatchObject({ message: expect.stringContaining('"evil.example:9082"') })
  })

  test('a server for other machines accepts any host name', async () => {
    const { port } = await serving({}, { host: '0.0.0.0' })
    const request = `GET / HTTP/1.1\r\nHost: edge.example\r\nConnection: close\r\n\r\n`
    expect(statusOf(await exchange(port, request))).toBe(200)
  })
})

test.each([
  ['127.0.0.1', true],
  ['127.255.0.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.5', false],
  ['fe80::1', false],
])('%s is reachable from this machine only: %s', (address, local) => expect(isLoopback(address)).toBe(local))
