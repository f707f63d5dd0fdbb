import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as http from 'node:http'
import * as net from 'node:net'
import * as path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { binary, ended } from '../support/binary.js'
import { folderWith, plain, projectWith } from '../support/folder.js'
import { FakeIo, kplug, type Outcome } from '../support/io.js'
import { ask } from '../support/serving.js'

const served = { 'plugins/sources/Ticks@v1.0.0.js': '' }

/** Runs `kplug serve` until the test has finished. */
async function serve(folder: string, typed: readonly string[] = [], env: Record<string, string> = {}) {
  const io = new FakeIo(folder, ['serve', '--port', '0', ...typed])
  Object.assign(io.env, env)
  const outcome = io.run()
  await Promise.race([io.stdout.until('\n'), outcome])
  const stop = (): Promise<Outcome> => {
    io.emit('SIGTERM')
    return outcome
  }
  onTestFinished(async () => void (await stop()))
  return { io, url: io.stdout.text.trim(), stop }
}

test('it prints its address when it listens, and exits with 0 on SIGTERM', async () => {
  const folder = folderWith(served)
  const { url, stop } = await serve(folder)
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(await ask(`${url}/plugins/sources`)).toMatchObject({ status: 200, body: '["ticks"]' })
  expect(await stop()).toEqual({
    code: 0,
    stdout: `${url}\n`,
    stderr: `Serving ${path.join(folder, 'plugins')}: press Ctrl-C to stop\n`,
  })
  await expect(ask(url)).rejects.toThrow('ECONNREFUSED')
})

test('--json prints the address as JSON', async () => {
  const { stop } = await serve(folderWith(served), ['--json'])
  const { code, stdout } = await stop()
  expect({ code, value: JSON.parse(stdout) }).toEqual({
    code: 0,
    value: { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) },
  })
})

test('another folder can be named, with the packages beside it', async () => {
  const folder = folderWith({ 'there/sinks/Lamp.js': '', 'dist/broken.zip': '' })
  const { url } = await serve(folder, ['--plugins', 'there'])
  expect((await ask(`${url}/plugins/sinks`)).body).toBe('["lamp"]')
  expect((await ask(url, { headers: { accept: 'text/html' } })).body).toContain('dist/broken.zip')
})

describe('a token', () => {
  test.each([
    ['on the command line', ['--token', 's3cret'], {}],
    ['in the environment', [], { KPLUG_TOKEN: 's3cret' }],
    ['on the command line before the one in the environment', ['--token', 's3cret'], { KPLUG_TOKEN: 'x' }],
  ])('%s is required, and never printed', async (_, typed, env) => {
    const { io, url } = await serve(folderWith(served), typed, env)
    expect((await ask(url)).status).toBe(401)
    expect((await ask(url, { headers: { authorization: 'Bearer s3cret' } })).status).toBe(200)
    expect(io.stdout.text + io.stderr.text).not.toContain('s3cret')
  })
})

test('it warns if other machines can reach it without a token', async () => {
  const open = await serve(folderWith(served), ['--host', '0.0.0.0'])
  expect(open.io.stderr.text).toContain('anybody who reaches it can read it; set one with "--token"')
  const kept = await serve(folderWith(served), ['--host', '0.0.0.0', '--token', 's3cret'])
  expect(kept.io.stderr.text).toContain('Other machines can reach http://0.0.0.0:')
  expect(kept.io.stderr.text).not.toContain('anybody')
})

describe('errors are reported in one sentence', () => {
  test.each<[readonly string[], string]>([
    [['--port', 'x'], 'Invalid port "x": use a number from 0 to 65535, such as 9082\n'],
    [['--port', '65536'], 'Invalid port "65536": use a number from 0 to 65535, such as 9082\n'],
    [['--port', ''], 'Invalid port "": use a number from 0 to 65535, such as 9082\n'],
    [
      ['--token', ''],
      'Invalid token: it is empty; use a secret text, or leave the option out to serve without a token\n',
    ],
    [
      ['--token', 'two words'],
      'Invalid token: it contains a character that an HTTP header does not allow; use letters, digits and ASCII punctuation\n',
    ],
    [
      ['--host', '192.0.2.1', '--port', '0'],
      'Cannot listen on 192.0.2.1:0: this machine has no such address; choose another with "--host"\n',
    ],
  ])('%j', async (typed, stderr) => {
    expect(await kplug(folderWith(served), 'serve', ...typed)).toEqual({ code: 2, stdout: '', stderr })
  })

  test('a port that is taken', async () => {
    const other = net.createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const { port } = other.address() as net.AddressInfo
    expect(await kplug(folderWith(served), 'serve', '--port', String(port))).toMatchObject({
      code: 2,
      stderr: `Cannot listen on 127.0.0.1:${port}: the port is in use; choose another with "--port", or 0 for a free one\n`,
    })
  })

  test('no plugins folder', async () => {
    const folder = folderWith()
    expect(await kplug(folder, 'serve')).toMatchObject({ code: 2, stderr: expect.stringContaining(folder) })
    expect(await kplug(folder, 'serve', '--plugins', 'none')).toMatchObject({ code: 2 })
  })
})

test('the next response contains a new build and a new package', async () => {
  const folder = projectWith({ 'src/sources/Ticks.ts': plain.source('Ticks') })
  const { url } = await serve(folder)
  expect((await ask(`${url}/plugins/sources`)).body).toBe('[]')
  expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
  expect((await ask(`${url}/plugins/sources/ticks`)).body).toBe('{"name":"ticks","version":"0.1.0"}')
  expect((await ask(`${url}/metadata/sources/ticks`)).status).toBe(400)
  expect(await kplug(folder, 'pack')).toMatchObject({ code: 0 })
  expect((await ask(`${url}/plugins/portables/things`)).body).toContain('"version":"0.1.0"')
  expect((await ask(`${url}/metadata/sources/ticks`)).status).toBe(200)
  fs.rmSync(path.join(folder, 'plugins'), { recursive: true })
  expect((await ask(`${url}/plugins/sources`)).body).toBe('[]')
})

test('the folder is only read', async () => {
  const folder = folderWith({ ...served, 'dist/x.zip': '' })
  const before = fs.statSync(path.join(folder, 'plugins'), { bigint: true }).ctimeNs
  const { url } = await serve(folder)
  for (const method of ['PUT', 'POST', 'DELETE'])
    await ask(`${url}/plugins/sources/ticks`, { method, body: '{}' })
  expect(fs.readdirSync(folder, { recursive: true }).length).toBe(5)
  expect(fs.statSync(path.join(folder, 'plugins'), { bigint: true }).ctimeNs).toBe(before)
})

test('the installed command exits at once on SIGTERM, even with open connections', async () => {
  const folder = folderWith(served)
  const child = spawn(process.execPath, [binary, 'serve', '--port', '0'], { cwd: folder })
  const end = ended(child)
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const url = line.toString().trim()
  const silent = net.connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {})
  await once(silent, 'connect')
  const agent = new http.Agent({ keepAlive: true })
  const kept = http.get(`${url}/plugins/sources`, { agent })
  const [response] = (await once(kept, 'response')) as [http.IncomingMessage]
  await once(response.resume(), 'end')
  child.kill('SIGTERM')
  const { code, signal, stdout } = await end
  expect({ code, signal, stdout }).toEqual({ code: 0, signal: null, stdout: `${url}\n` })
  agent.destroy()
  silent.destroy()
})
