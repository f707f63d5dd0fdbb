import * as fs from 'node:fs'
import { expect, test } from 'vitest'
import { write } from '../support/folder.js'
import { exchange, putPackage, serving } from '../support/serving.js'

const plugins = { 'plugins/sources/Ticks@v1.0.0.js': '' }
const html = { accept: 'text/html' }

const lasting: [string, Record<string, string>][] = [
  ['/plugins/sources', {}],
  ['/plugins/sources/ticks', {}],
  ['/plugins/portables', {}],
  ['/metadata/sources/ticks', {}],
  ['/openapi.json', {}],
  ['/packages/things.zip', {}],
  ['/', html],
]

async function packed() {
  const served = await serving(plugins)
  const zip = await putPackage(served.folder)
  return { ...served, zip }
}

test.each(lasting)('%s is not sent again to a client that has it', async (path, headers) => {
  const { ask } = await packed()
  const first = await ask(path, { headers })
  const etag = first.headers.etag ?? ''
  expect(etag).toMatch(/^"[\w-]+"$/)
  for (const tags of [etag, `"other", W/${etag}`, '*']) {
    const again = await ask(path, { headers: { ...headers, 'if-none-match': tags } })
    expect(again).toMatchObject({ status: 304, body: '', headers: { etag, 'cache-control': 'no-cache' } })
    expect(again.type).toBeUndefined()
  }
  const other = await ask(path, { headers: { ...headers, 'if-none-match': '"other"' } })
  expect(other).toMatchObject({ status: 200, body: first.body })
})

test.each([...lasting, ['/', {}], ['/plugins/sources/none', {}], ['/nosuch', {}]] as typeof lasting)(
  'HEAD %s has the headers of GET and no body',
  async (path, headers) => {
    const { ask, port } = await packed()
    const get = await ask(path, { headers })
    const lines = Object.entries({ host: '127.0.0.1', connection: 'close', ...headers })
    const head = await exchange(
      port,
      `HEAD ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    )
    expect(head.slice(9, 12)).toBe(String(get.status))
    expect(head.toLowerCase()).toContain(`content-length: ${get.body.length}\r\n`)
    expect(head.endsWith('\r\n\r\n')).toBe(true)
  },
)

const one = { plugin: { kind: 'function', name: 'one' }, about: undefined, config: undefined } as const

test('a tag changes with its content', async () => {
  const { ask, folder } = await packed()
  const before = await ask('/plugins/sources')
  write(folder, { 'plugins/sources/Tocks.js': '' })
  const headers = { 'if-none-match': before.headers.etag }
  expect(await ask('/plugins/sources', { headers })).toMatchObject({ status: 200, body: '["ticks","tocks"]' })
})

test('a zip is sent unchanged, and its tag changes with its content', async () => {
  const { ask, folder, zip } = await packed()
  const first = await ask('/packages/things.zip')
  expect(first.type).toBe('application/zip')
  expect(Buffer.from(first.body, 'latin1').equals(fs.readFileSync(zip))).toBe(true)
  await putPackage(folder, { plugins: [one] })
  const headers = { 'if-none-match': first.headers.etag }
  const second = await ask('/packages/things.zip', { headers })
  expect(second.status).toBe(200)
  expect(Buffer.from(second.body, 'latin1').equals(fs.readFileSync(zip))).toBe(true)
})

test('a zip that was overwritten in place is noticed at once', async () => {
  const { ask, folder, zip } = await packed()
  expect((await ask('/plugins/portables/things')).body).toContain('"version":"1.0.0"')
  const other = await putPackage(folder, { version: '2.0.0', name: 'others' })
  const bytes = fs.readFileSync(other)
  fs.rmSync(other)
  await ask('/plugins/portables')
  fs.writeFileSync(zip, bytes)
  expect((await ask('/plugins/portables')).body).toContain('"name":"others","version":"2.0.0"')
})

test('the newest version of a package counts, and of one version the file written last', async () => {
  const { ask, folder } = await packed()
  const old = await putPackage(folder, { version: '0.9.0' })
  expect((await ask('/plugins/portables/things')).body).toContain('"version":"1.0.0"')
  fs.rmSync(old)
  const copy = await putPackage(folder, { plugins: [one] })
  fs.renameSync(copy, copy.replace('things-', 'zzz-'))
  expect((await ask('/plugins/portables/things')).body).toContain('"sources":[]')
})
