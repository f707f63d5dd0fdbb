import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import {
  binary,
  childrenOf,
  inFolder,
  manifest,
  memoryOf,
  repository,
  start,
  succeeded,
  timeOf,
} from './children.js'
import type { Figure } from './figure.js'
import { inTurns, median, medianRatio } from './rounds.js'

const manyPlugins = 1000
const entriesPerCall = 200

const plain = (symbol: string): string =>
  `export class ${symbol} {\n  exec([value]: readonly unknown[]) {\n    return value\n  }\n}\n`

const withZod = `import * as z from 'zod'

export const config = z.object({ every: z.number().default(1000) })

export class WithZod {
  async *open() {
    yield {}
  }
}
`

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `src/functions/Plugin${index}.ts`)

const project = (files: readonly string[]): Record<string, string> => ({
  'package.json': manifest,
  ...Object.fromEntries(files.map(file => [file, plain(path.basename(file, '.ts'))])),
})

const build = ['build', '--no-check']

export async function measure(): Promise<Figure[]> {
  return [await onePlain(), await oneWithZod(), ...(await many()), await rebuild()]
}

function onePlain(): Promise<Figure> {
  return inFolder(project(numbered(1)), async folder => {
    const { ours, bare } = await inTurns(31, {
      bare: () => timeOf(['-e', '0'], folder),
      ours: () => timeOf([binary, ...build], folder),
    })
    return {
      what: 'build one plain plugin',
      ours: median(ours),
      unit: 'ms',
      peer: { what: 'node -e 0', value: median(bare) },
      ratio: medianRatio(ours, bare),
      promise: { of: 'ratio', atMost: 2.6 },
    }
  })
}

/** A script that does with esbuild's API alone what the build does, without a project's conventions and checks. */
const bareEsbuild = (entries: readonly string[], more: object = {}): string => `
const { build } = require(${JSON.stringify(path.join(repository, 'node_modules', 'esbuild'))})
const entries = ${JSON.stringify(entries)}
const options = { outdir: 'bare', bundle: true, platform: 'node', format: 'esm', target: 'node20.19', sourcemap: 'linked' }
;(async () => {
  for (let i = 0; i < entries.length; i += ${entriesPerCall}) {
    await build({ ...options, ...${JSON.stringify(more)}, entryPoints: entries.slice(i, i + ${entriesPerCall}) })
  }
})()
`

function oneWithZod(): Promise<Figure> {
  const file = 'src/sources/WithZod.ts'
  return inFolder({ 'package.json': manifest, [file]: withZod }, async folder => {
    const modules = path.join(folder, 'node_modules')
    fs.mkdirSync(modules)
    fs.symlinkSync(path.join(repository, 'node_modules', 'zod'), path.join(modules, 'zod'))
    const { ours, bare } = await inTurns(21, {
      bare: () => timeOf(['-e', bareEsbuild([file])], folder),
      ours: () => timeOf([binary, ...build], folder),
    })
    return {
      what: 'build one plugin with zod',
      ours: median(ours),
      unit: 'ms',
      peer: { what: 'bare esbuild', value: median(bare) },
      ratio: medianRatio(ours, bare),
      promise: { of: 'ratio', atMost: 1.3 },
    }
  })
}

function many(): Promise<Figure[]> {
  const files = numbered(manyPlugins)
  return inFolder(project(files), async folder => {
    const { ours, bare } = await inTurns(5, {
      bare: () => intoEmpty(folder, ['-e', bareEsbuild(files)]),
      ours: () => intoEmpty(folder, [binary, ...build]),
    })
    return [
      {
        what: `build ${manyPlugins} plain plugins for the first time`,
        ours: median(ours),
        unit: 'ms',
        peer: { what: 'bare esbuild', value: median(bare) },
        ratio: medianRatio(ours, bare),
        promise: { of: 'ratio', atMost: 1.25 },
      },
      {
        what: "esbuild's memory meanwhile",
        ours: await peakOfEsbuild(folder),
        unit: 'MB',
        promise: { of: 'ours', atMost: 500 },
      },
    ]
  })
}

/**
 * What is written over costs less than what is made, so each round begins with nothing. The files of earlier rounds are
 * only moved away: for some seconds after files are deleted, ext4 searches longer for a place for each new one.
 */
function intoEmpty(folder: string, args: readonly string[]): number {
  for (const name of ['bare', 'plugins']) {
    const made = path.join(folder, name)
    if (fs.existsSync(made))
      fs.renameSync(made, path.join(fs.mkdtempSync(path.join(folder, 'before-')), name))
  }
  return timeOf(args, folder)
}

/** The most memory that any child of a build had: esbuild is its only one. */
async function peakOfEsbuild(folder: string): Promise<number> {
  const child = start([binary, ...build], folder, 'ignore')
  let peak = 0
  const look = setInterval(() => {
    for (const pid of childrenOf(child.pid ?? 0)) peak = Math.max(peak, memoryOf(pid, 'VmHWM') ?? 0)
  }, 5)
  await succeeded(child)
  clearInterval(look)
  return peak
}

function rebuild(): Promise<Figure> {
  const files = numbered(100)
  return inFolder(project(files), async folder => {
    const child = start([binary, ...build, '--watch'], folder, ['ignore', 'pipe', 'pipe'])
    child.stdout?.resume()
    await heard(child, 'Watching')
    const times: number[] = []
    for (const file of files.slice(0, 21)) {
      const built = once(child.stdout ?? child, 'data')
      const saved = performance.now()
      fs.appendFileSync(path.join(folder, file), '// touched\n')
      await built
      times.push(performance.now() - saved)
      // An author pauses between two saves, and the watcher joins those that follow at once.
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    child.kill('SIGINT')
    await once(child, 'exit')
    return {
      what: 'rebuild after touching one of 100',
      ours: median(times),
      unit: 'ms',
      promise: { of: 'ours', atMost: 50 },
    }
  })
}

/** Waits until a child says something on its standard error, and lets it go on talking. */
function heard(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      if (chunk.includes(text)) resolve()
    })
    child.once('exit', () => reject(new Error(`${child.spawnargs.join(' ')} ended`)))
  })
}
