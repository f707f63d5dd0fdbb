// How many requests `kplug serve` answers while a build rewrites its folder, beside a bare server that sends a constant:
// `npx tsx test/bench/serve.ts`.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { binary, inFolder, manifest, start, succeeded } from './children.js'
import { type Figure, figuresAsText } from './figure.js'
import { inTurns, median, medianRatio } from './rounds.js'

const rounds = 9
const milliseconds = 1000
const target = '/plugins/sources'
const symbols = ['Alpha', 'Beta', 'Gamma', 'Delta']

const source = (symbol: string): string =>
  `export class ${symbol} {\n  async *open() {\n    yield { at: 1 }\n  }\n}\n`

// The quickest that node:http can do with a constant: one text, with its length and type.
const bare = `
  const body = process.argv[1]
  const headers = ['Content-Type', 'application/json', 'Content-Length', String(body.length)]
  const server = require('node:http').createServer((_, response) => response.writeHead(200, headers).end(body))
  server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port))
`

export async function measure(): Promise<Figure[]> {
  const files = symbols.map(symbol => [`src/sources/${symbol}.ts`, source(symbol)])
  return inFolder({ 'package.json': manifest, ...Object.fromEntries(files) }, async folder => {
    await build(folder, '0.1.0')
    const stop = new AbortController()
    const began = performance.now()
    const builds = buildAgainAndAgain(folder, stop.signal)
    try {
      const figure = figureOf(await compare(folder))
      stop.abort()
      const perSecond = ((await builds) / (performance.now() - began)) * 1000
      return [figure, buildsFigure(perSecond)]
    } finally {
      stop.abort()
      await builds
    }
  })
}

const figureOf = ({ ours, peer }: { ours: number[]; peer: number[] }): Figure => ({
  what: 'requests answered by serve, during builds',
  ours: median(ours),
  unit: '/s',
  peer: { what: 'bare node:http', value: median(peer) },
  ratio: medianRatio(ours, peer),
  promise: { of: 'ratio', atLeast: 0.7 },
})

/** That the folder was rewritten, or else the figure above says nothing. */
const buildsFigure = (perSecond: number): Figure => ({
  what: 'builds meanwhile',
  ours: perSecond,
  unit: '/s',
  promise: { of: 'ours', atLeast: 1 },
})

async function compare(folder: string): Promise<{ ours: number[]; peer: number[] }> {
  const kplug = await listening([binary, 'serve', '--port', '0'], folder)
  const body = JSON.stringify(symbols.map(symbol => symbol.toLowerCase()).toSorted())
  const constant = await listening(['-e', bare, body], folder)
  try {
    return await inTurns(rounds, { ours: () => requests(kplug.url), peer: () => requests(constant.url) })
  } finally {
    for (const { child } of [kplug, constant]) {
      child.kill()
      await once(child, 'exit')
    }
  }
}

async function listening(args: readonly string[], folder: string) {
  const child = start(args, folder, ['ignore', 'pipe', 'ignore'])
  // It is piped, as the line above says.
  const [line] = (await once(child.stdout as Readable, 'data')) as [Buffer]
  return { child, url: line.toString().trim() }
}

/** A version after the other, as an author makes them; the one before goes. */
async function buildAgainAndAgain(folder: string, signal: AbortSignal): Promise<number> {
  let builds = 0
  for (; !signal.aborted; builds += 1) await build(folder, `0.${builds % 2}.0`)
  return builds
}

async function build(folder: string, version: string): Promise<void> {
  fs.writeFileSync(path.join(folder, 'package.json'), manifest.replace('0.1.0', version))
  await succeeded(start([binary, 'build', '--no-check', '--clean'], folder, 'ignore'))
}

const run = promisify(execFile)

/** In a second; throws on any error. By wrk, which costs less than what it measures, or by ourselves where it is missing. */
async function requests(url: string): Promise<number> {
  const time = `${milliseconds / 1000}s`
  try {
    const { stdout } = await run('wrk', ['-t1', '-c32', `-d${time}`, url + target])
    if (/Socket errors|Non-2xx/.test(stdout)) throw new Error(stdout)
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const client = path.join(import.meta.dirname, 'http-load.ts')
    const { stdout } = await run(process.execPath, [
      '--import',
      'tsx',
      client,
      url + target,
      String(milliseconds),
    ])
    return Number(stdout)
  }
}

if (process.argv[1] === import.meta.filename) process.stdout.write(figuresAsText(await measure()))
