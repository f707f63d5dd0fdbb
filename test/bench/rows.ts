import * as fs from 'node:fs'
import * as path from 'node:path'
import { binary, inFolder, manifest, start, succeeded } from './children.js'
import type { Figure } from './figure.js'
import { inTurns, median, medianRatio } from './rounds.js'

const rounds = 5
const rows = 2_000_000

const counter = `export class Counter {
  async *open() {
    for (let n = 0; ; n += 1) yield { n, device: 'thermometer-17', celsius: 21.5, at: 1795292668348 }
  }
}
`

const sum = `export class Sum {
  exec([a, b]) {
    return a + b
  }
}
`

const writing = `
const { once } = require('node:events')
let text = ''
async function write(line) {
  text += line + '\\n'
  if (text.length < 65536) return
  const wait = !process.stdout.write(text)
  text = ''
  if (wait) await once(process.stdout, 'drain')
}
`

/** What a source's rows cost in a loop of one's own. */
const bareSource = `${writing}
${counter.replace('export ', '')}
;(async () => {
  let count = 0
  for await (const row of new Counter().open()) {
    const wait = write(JSON.stringify(row))
    if (text === '') await wait
    count += 1
    if (count === ${rows}) break
  }
  process.stdout.write(text)
})()
`

/** What mapping lines costs in a loop of one's own. */
const bareFunction = `${writing}
${sum.replace('export ', '')}
const func = new Sum()
;(async () => {
  let rest = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\\n')
    rest = lines.pop()
    for (const line of lines) {
      const wait = write(JSON.stringify(func.exec(JSON.parse(line))))
      if (text === '') await wait
    }
  }
  process.stdout.write(text)
})()
`

const files = {
  'package.json': manifest,
  'plugins/package.json': '{"type": "module"}\n',
  'plugins/sources/Counter@v0.1.0.js': counter,
  'plugins/functions/Sum@v0.1.0.js': sum,
  'bare-source.cjs': bareSource,
  'bare-function.cjs': bareFunction,
}

/** Rows a second through \`kplug run\`, beside a process with a bare loop that does the same. */
export function measure(): Promise<Figure[]> {
  return inFolder(files, async folder => {
    const input = path.join(folder, 'input.ndjson')
    writeInput(input)
    const rate = (args: readonly string[]): Promise<number> => rowsPerSecond(args, folder, input)
    const source = await inTurns(rounds, {
      ours: () => rate([binary, 'run', 'source', 'counter', '--limit', String(rows)]),
      bare: () => rate(['bare-source.cjs']),
    })
    const func = await inTurns(rounds, {
      ours: () => rate([binary, 'run', 'function', 'sum']),
      bare: () => rate(['bare-function.cjs']),
    })
    return [figureOf('run source', source), figureOf('run function', func)]
  })
}

const figureOf = (what: string, { ours, bare }: { ours: number[]; bare: number[] }): Figure => ({
  what,
  ours: median(ours),
  unit: '/s',
  peer: { what: 'bare loop', value: median(bare) },
  ratio: medianRatio(ours, bare),
  promise: { of: 'ratio', atLeast: 0.6 },
})

function writeInput(file: string): void {
  const chunk = Array.from({ length: 1000 }, (_, index) => `[${index}, 21.5]\n`).join('')
  const out = fs.openSync(file, 'w')
  for (let written = 0; written < rows; written += 1000) fs.writeSync(out, chunk)
  fs.closeSync(out)
}

/** With the start of the process, as whoever waits for it sees it. */
async function rowsPerSecond(args: readonly string[], folder: string, input: string): Promise<number> {
  const stdin = fs.openSync(input, 'r')
  const began = performance.now()
  const child = start(args, folder, [stdin, 'ignore', 'inherit'])
  fs.closeSync(stdin)
  await succeeded(child)
  return (rows / (performance.now() - began)) * 1000
}
