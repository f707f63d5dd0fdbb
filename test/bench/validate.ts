/**
 * How long `kplug validate` takes on many clean plugins, beside the least that it could do: a bare scan by esbuild, and
 * a type-check, a build and a few starts of Node. Run alone: npx tsx test/bench/run.ts validate
 */
import * as path from 'node:path'
import { binary, inFolder, manifest, repository, timeOf } from './children.js'
import type { Figure } from './figure.js'
import { inTurns, median, medianRatio } from './rounds.js'

const plugins = 200
const starts = 8

const plugin = (symbol: string): string => `import type { About, Func } from 'kplug'

export const about: About = { description: 'Answers what it is given' }

export class ${symbol} implements Func<[unknown]> {
  exec([value]: [unknown]) {
    return value
  }
}
`

const files = Array.from({ length: plugins }, (_, index) => `src/functions/Plugin${index}.ts`)

const tsconfig = JSON.stringify({
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    paths: { kplug: [path.join(repository, 'dist', 'index.d.ts')] },
    typeRoots: [path.join(repository, 'node_modules', '@types')],
    types: ['node'],
  },
  include: ['src'],
})

const project = {
  'package.json': manifest,
  'tsconfig.json': tsconfig,
  ...Object.fromEntries(files.map(file => [file, plugin(path.basename(file, '.ts'))])),
}

const scan = `
const { build } = require(${JSON.stringify(path.join(repository, 'node_modules', 'esbuild'))})
const entryPoints = ${JSON.stringify(files.map(file => `./${file}`))}
build({ entryPoints, bundle: true, write: false, metafile: true, platform: 'node', format: 'esm', outdir: 'out' })
`

const tsc = [path.join(repository, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.']

export async function measure(): Promise<Figure[]> {
  return inFolder(project, async folder => {
    const bare = await inTurns(9, {
      scan: () => timeOf(['-e', scan], folder),
      ours: () => timeOf([binary, 'validate', '--no-types', '--no-load'], folder),
    })
    const whole = await inTurns(5, {
      least: () =>
        timeOf(tsc, folder) +
        timeOf([binary, 'build', '--no-check'], folder) +
        Array.from({ length: starts }, () => timeOf(['-e', '0'], folder)).reduce(
          (sum, time) => sum + time,
          0,
        ),
      ours: () => timeOf([binary, 'validate'], folder),
    })
    return [
      figure(
        `validate ${plugins} plugins, no types, no load`,
        bare.ours,
        'a bare esbuild scan',
        bare.scan,
        3,
      ),
      figure(
        `validate ${plugins} plugins`,
        whole.ours,
        `type-check + build + ${starts} × node -e 0`,
        whole.least,
        1.5,
      ),
    ]
  })
}

function figure(
  what: string,
  ours: readonly number[],
  peer: string,
  peers: readonly number[],
  atMost: number,
): Figure {
  return {
    what,
    ours: median(ours),
    unit: 'ms',
    peer: { what: peer, value: median(peers) },
    ratio: medianRatio(ours, peers),
    promise: { of: 'ratio', atMost },
  }
}
