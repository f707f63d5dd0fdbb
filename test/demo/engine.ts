// The last part of the demo: the package at work in a real eKuiper, where there is one.
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { once } from 'node:events'
import * as os from 'node:os'
import * as path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'

const rows = 5
const patience = 30_000

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on a port has an address with a port.
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** One request to the engine; the body as text, undefined where nobody answers yet. */
function call(port: number, method: string, where: string, body?: object): Promise<string | undefined> {
  return new Promise(resolve => {
    const sent = request({ port, host: '127.0.0.1', method, path: where }, response =>
      resolve(text(response)),
    )
    sent.on('error', () => resolve(undefined))
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + patience
  while (Date.now() < end) {
    const seen = await look()
    if (seen !== undefined) return seen
    await setTimeout(100)
  }
  throw new Error(`Waited ${patience / 1000} s in vain for ${what}`)
}

/** Installs the packed project in an engine, lets a rule use it, and shows the rows that come out. */
export async function demoEngine(project: string): Promise<void> {
  const program = process.env['KUIPERD']
  if (program === undefined) {
    process.stdout.write('\nWithout KUIPERD no eKuiper was started: see the README on developing kplug\n')
    return
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-demo-engine-'))
  const port = await freePort()
  const engine = spawn(program, [folder, String(port)], { stdio: 'ignore' })
  try {
    process.stdout.write('\nThe same package in a real eKuiper:\n')
    await until('eKuiper', () => call(port, 'GET', '/'))
    await showRule(port, project)
  } finally {
    engine.kill('SIGKILL')
    await once(engine, 'exit')
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

async function showRule(port: number, project: string): Promise<void> {
  const output = path.join(project, 'engine.ndjson')
  const say = async (method: string, where: string, body: object): Promise<void> => {
    process.stdout.write(`\n${method} ${where} ${JSON.stringify(body)}\n`)
    process.stdout.write(`${(await call(port, method, where, body))?.trim()}\n`)
  }
  const file = `file://${path.join(project, 'dist', 'demo-0.1.0.zip')}`
  await say('POST', '/plugins/portables', { name: 'demo', file })
  await say('POST', '/streams', {
    sql: 'CREATE STREAM demo () WITH (TYPE="mySource", FORMAT="json", DATASOURCE="")',
  })
  const sql = 'SELECT count, wordCount("drawer") AS word, countWords("one two") AS words FROM demo'
  await say('POST', '/rules', {
    id: 'demo',
    sql,
    actions: [{ lineFile: { path: output, sendSingle: true } }],
  })
  const lines = await until(`${rows} rows`, async () => {
    const written = fs.existsSync(output) ? fs.readFileSync(output, 'utf8').split('\n').slice(0, -1) : []
    return written.length >= rows ? written : undefined
  })
  process.stdout.write(`\n${lines.slice(0, rows).join('\n')}\n`)
}
