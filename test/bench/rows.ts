import { spawnSync } from 'node:child_process'
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

/** What mapping lines costs in a loop of one's own; `body` makes a line of a line. */
const bareLoop = (body: string): string => `${writing}
${sum.replace('export ', '')}
const func = new Sum()
;(async () => {
  let rest = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\\n')
    rest = lines.pop()
    for (const line of lines) {
      ${body}
      if (text === '') await wait
    }
  }
  process.stdout.write(text)
})()
`

const bareFunction = bareLoop('const wait = write(JSON.stringify(func.exec(JSON.parse(line))))')

const bareRows = bareLoop(`const row = JSON.parse(line)
      row.sum = func.exec([row.a, row.b])
      const wait = write(JSON.stringify(row))`)

const files = {
  'package.json': manifest,
  'plugins/package.json': '{"type": "module"}\n',
  'plugins/sources/Counter@v0.1.0.js': counter,
  'plugins/functions/Sum@v0.1.0.js': sum,
  'plugins/functions/Size@v0.1.0.js': 'export class Size { exec([text]) { return text.length } }\n',
  'bare-source.cjs': bareSource,
  'bare-function.cjs': bareFunction,
  'bare-rows.cjs': bareRows,
}

/** Rows a second through `kplug run`, beside a process with a bare loop that does the same. */
export function measure(): Promise<Figure[]> {
  return inFolder(files, async folder => {
    const lists = path.join(folder, 'lists.ndjson')
    const objects = path.join(folder, 'rows.ndjson')
    writeInput(lists, index => `[${index}, 21.5]\n`)
    writeInput(
      objects,
      index => `{"a":${index},"b":21.5,"device":"thermometer-17","at":1795292668348,"tags":["x","y"]}\n`,
    )
    const rate = async (args: readonly string[], input: string, program?: string): Promise<number> =>
      rows / ((await timeWith(args, folder, input, program)) / 1000)
    const source = await inTurns(rounds, {
      ours: () => rate([binary, 'run', 'source', 'counter', '--limit', String(rows)], lists),
      bare: () => rate(['bare-source.cjs'], lists),
    })
    const func = await inTurns(rounds, {
      ours: () => rate([binary, 'run', 'function', 'sum'], lists),
      bare: () => rate(['bare-function.cjs'], lists),
    })
    const withRows = await inTurns(rounds, {
      ours: () => rate([binary, 'run', 'function', 'sum', '--args', 'a,b', '--as', 'sum'], objects),
      bare: () => rate(['bare-rows.cjs'], objects),
      bloblang: () => (hasBloblang() ? rate(['blobl', bloblang], objects, 'benthos') : Number.NaN),
    })
    return [
      figureOf('run source', source, 0.6),
      figureOf('run function', func, 0.6),
      figureOf('run function --args --as', withRows, 1),
      ...besideBloblang(withRows),
      await longLine(folder),
    ]
  })
}

const bloblang = 'root = this\nroot.sum = this.a + this.b'

/** A program with the command line of Bloblang's module, such as one that calls `RunCLI` of its `public/service`. */
const hasBloblang = (): boolean => spawnSync('benthos', ['--version']).status === 0

function besideBloblang(rates: Rates & { bloblang: number[] }): Figure[] {
  if (hasBloblang())
    return [figureOf('run function --args --as', { ...rates, bare: rates.bloblang }, 3, 'benthos blobl')]
  process.stderr.write('benthos is not on the PATH: Bloblang was not measured\n')
  return []
}

/** A line of ten times the length takes ten times as long where nothing is copied at each chunk. */
async function longLine(folder: string): Promise<Figure> {
  const lengths = { long: 50_000_000, short: 5_000_000 }
  for (const [name, length] of Object.entries(lengths)) {
    fs.writeFileSync(path.join(folder, name), `["${'x'.repeat(length)}"]\n`)
  }
  const empty = await timeWith([binary, 'run', 'function', 'size'], folder, '/dev/null')
  const time = async (name: string): Promise<number> =>
    (await timeWith([binary, 'run', 'function', 'size'], folder, path.join(folder, name))) - empty
  const { long, short } = await inTurns(rounds, { long: () => time('long'), short: () => time('short') })
  return {
    what: 'run, a line of 50 MB',
    ours: median(long),
    unit: 'ms',
    peer: { what: '5 MB', value: median(short) },
    ratio: medianRatio(long, short),
    promise: { of: 'ratio', atMost: 12 },
  }
}

interface Rates {
  ours: number[]
  bare: number[]
}

const figureOf = (what: string, { ours, bare }: Rates, atLeast: number, peer = 'bare loop'): Figure => ({
  what,
  ours: median(ours),
  unit: '/s',
  peer: { what: peer, value: median(bare) },
  ratio: medianRatio(ours, bare),
  promise: { of: 'ratio', atLeast },
})

function writeInput(file: string, lineOf: (index: number) => string): void {
  const chunk = Array.from({ length: 1000 }, (_, index) => lineOf(index)).join('')
  const out = fs.openSync(file, 'w')
  for (let written = 0; written < rows; written += 1000) fs.writeSync(out, chunk)
  fs.closeSync(out)
}

/** Milliseconds with the start of the process, as a user waits for it. */
async function timeWith(
  args: readonly string[],
  folder: string,
  input: string,
  program?: string,
): Promise<number> {
  const stdin = fs.openSync(input, 'r')
  const began = performance.now()
  const child = start(args, folder, [stdin, 'ignore', 'inherit'], program)
  fs.closeSync(stdin)
  await succeeded(child)
  return performance.now() - began
}
