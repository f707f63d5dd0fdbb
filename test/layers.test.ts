import * as fs from 'node:fs'
import { isBuiltin } from 'node:module'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { repository } from './binary.js'

/** The text of each file of `src`, by its path below it. */
type Sources = ReadonlyMap<string, string>

/** What a layer may import: of ours, beside itself, and of packages. Only types are imports too. */
interface Layer {
  layers: readonly string[]
  packages: readonly string[] | 'any'
  builtins: boolean
}

const layers: Record<string, Layer> = {
  cli: { layers: ['commands', 'project', 'plugin'], packages: 'any', builtins: true },
  commands: {
    layers: ['report', 'project', 'engine', 'server', 'runtime', 'plugin'],
    packages: 'any',
    builtins: true,
  },
  report: { layers: ['plugin'], packages: 'any', builtins: true },
  server: { layers: ['project', 'report', 'plugin'], packages: 'any', builtins: true },
  // The boot check plays the engine's part on the engine's own channels.
  project: { layers: ['plugin', 'sp'], packages: 'any', builtins: true },
  engine: { layers: ['plugin'], packages: 'any', builtins: true },
  index: { layers: ['runtime', 'plugin'], packages: [], builtins: false },
  testing: { layers: ['runtime', 'plugin'], packages: [], builtins: true },
  runtime: { layers: ['sp', 'plugin'], packages: ['ioredis'], builtins: true },
  sp: { layers: [], packages: [], builtins: true },
  plugin: { layers: [], packages: ['semver'], builtins: false },
}

/** What both sides of a package, its maker and its host, have to agree on. */
const formats = new Set([
  'runtime/contract.ts',
  'runtime/portable/channels.ts',
  'runtime/inspect/message.ts',
  'runtime/config/engine-keys.ts',
  'runtime/data/row.ts',
])

/** Programs of their own that run beside kplug, with kplug's packages, and never in a package. */
const besideKplug = ['runtime/inspect/', 'runtime/probe/']

const layerOf = (file: string): string => file.split('/')[0]?.replace(/\.ts$/, '') ?? ''

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')

function importsOf(text: string): string[] {
  const pattern =
    /(?:^|[\s;}])(?:import|export)\b[^'"`;()=]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"`]([^'"`]+)['"`]/g
  return [...withoutComments(text).matchAll(pattern)].map(match => match[1] ?? match[2] ?? match[3] ?? '')
}

const withoutTypes = (text: string): string =>
  text.replace(/^(?:import|export)\s+type\b[^'"]*['"][^'"]*['"]/gm, '')

/** The file that a relative import means, as it is called in `src`. */
const targetOf = (file: string, specifier: string): string =>
  path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '.ts')

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

/** Every import that the layers forbid, as `file → specifier`. */
function forbiddenImports(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) =>
    importsOf(text)
      .filter(specifier => !isAllowed(file, specifier))
      .map(specifier => `${file} → ${specifier}`),
  )
}

function isAllowed(file: string, specifier: string): boolean {
  const own = layerOf(file)
  const layer = layers[own]
  if (!layer) return false
  if (specifier.startsWith('.')) {
    const target = layerOf(targetOf(file, specifier))
    if (own === 'project' && formats.has(targetOf(file, specifier))) return true
    return target === own || layer.layers.includes(target)
  }
  if (isBuiltin(specifier)) return layer.builtins
  if (besideKplug.some(folder => file.startsWith(folder))) return true
  return layer.packages === 'any' || layer.packages.includes(packageOf(specifier))
}

/** The first way round in what is loaded, as a list of files; undefined where there is none. */
function cycle(sources: Sources): string[] | undefined {
  const done = new Set<string>()
  const visit = (file: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file]
    if (done.has(file)) return undefined
    done.add(file)
    const relative = importsOf(withoutTypes(sources.get(file) ?? '')).filter(specifier =>
      specifier.startsWith('.'),
    )
    for (const specifier of relative) {
      const found = visit(targetOf(file, specifier), [...trail, file])
      if (found) return found
    }
    return undefined
  }
  for (const file of sources.keys()) {
    const found = visit(file, [])
    if (found) return found
  }
  return undefined
}

/** The world comes in through `bin`; only the host in a package, and what runs beside kplug, are programs of their own. */
const mayTouchTheWorld = (file: string): boolean =>
  ['runtime/portable/', ...besideKplug].some(folder => file.startsWith(folder))

function touchesOfTheWorld(sources: Sources): string[] {
  const world = /\bconsole\.|\bprocess\.(?:argv|cwd|exit|env|stdin|stdout|stderr)\b/g
  return [...sources].flatMap(([file, text]) =>
    mayTouchTheWorld(file) ? [] : (withoutComments(text).match(world) ?? []).map(use => `${file}: ${use}`),
  )
}

const src = path.join(repository, 'src')
const sources: Sources = new Map(
  fs
    .readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => [file.split(path.sep).join('/'), fs.readFileSync(path.join(src, file), 'utf8')]),
)

test('imports go one way', () => {
  expect(sources.size).toBeGreaterThan(30)
  expect(forbiddenImports(sources)).toEqual([])
})

test('no imports go in a circle', () => {
  expect(cycle(sources)).toBeUndefined()
})

test('the world comes in through one door', () => {
  expect(touchesOfTheWorld(sources)).toEqual([])
})

test.each([
  ['plugin/a.ts', "import * as fs from 'node:fs'"],
  ['plugin/a.ts', "import type { Project } from '../project/project.js'"],
  ['project/a.ts', "export { b } from '../report/b.js'"],
  ['report/a.ts', "import {\n  b,\n  c,\n} from '../commands/b.js'"],
  ['sp/a.ts', "const b = await import('../plugin/b.js')"],
  ['runtime/a.ts', "import * as z from 'zod'"],
  ['runtime/a.ts', "const z = require('zod/mini')"],
  ['runtime/a.ts', "export type * from '../project/b.js'"],
  ['utils/a.ts', "import './b.js'"],
  ['index.ts', "import 'node:fs'"],
])('%s must not say %j', (file, text) => {
  expect(forbiddenImports(new Map([[file, text]]))).toHaveLength(1)
})

test.each([
  ['plugin/a.ts', "import { valid } from 'semver'\n// import fs from 'node:fs'"],
  ['runtime/a.ts', "import { Redis } from 'ioredis'\nimport '../sp/b.js'\nimport * as net from 'node:net'"],
  ['commands/a.ts', "import type { B } from '../plugin/b.js'\nimport { c } from '../runtime/c.js'"],
])('%s may say %j', (file, text) => {
  expect(forbiddenImports(new Map([[file, text]]))).toEqual([])
})

test('a circle is found, also over many files; types make none', () => {
  const circle = new Map([
    ['a/a.ts', "import { type B, b } from './b.js'"],
    ['a/b.ts', "import '../c.js'"],
    ['c.ts', "export * from './a/a.js'"],
  ])
  expect(cycle(circle)).toEqual(['a/a.ts', 'a/b.ts', 'c.ts', 'a/a.ts'])
  circle.set('a/a.ts', "import type {\n  B,\n} from './b.js'")
  expect(cycle(circle)).toBeUndefined()
})

test('a touch of the world is found, in code only', () => {
  const text = '// process.exit\nconst here = process.cwd()\nconsole.log(here, process.platform)\n'
  expect(touchesOfTheWorld(new Map([['plugin/a.ts', text]]))).toEqual([
    'plugin/a.ts: process.cwd',
    'plugin/a.ts: console.',
  ])
})
