import * as fs from 'node:fs'
import { isBuiltin } from 'node:module'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { repository } from './support/binary.js'

/** The text of each file of `src`, by its path below it. */
type Sources = ReadonlyMap<string, string>

/** What a room may import: rooms below it, packages, and modules of Node. Imports of types count too. */
interface Room {
  rooms: readonly string[]
  packages: readonly string[] | 'any'
  builtins: boolean
}

/** What every host of plugins is made of; it ends up in users' packages, so it brings no package but Redis's client. */
const running = ['runtime', 'state', 'data', 'ekuiper', 'plugin', 'errors', 'waiting']

/** What a project, its build and its package are made of, from the top down. */
const making = [
  'package',
  'load',
  'build',
  'project',
  'problem',
  'plugin',
  'errors',
  'waiting',
  'data',
  'stack',
]

const rooms: Record<string, Room> = {
  cli: { rooms: ['commands', 'report', 'io', 'build', 'project', 'errors'], packages: 'any', builtins: true },
  commands: {
    rooms: ['packing', 'server', 'check', 'run', 'doctor', 'engine', 'report', 'io', ...making, ...running],
    packages: 'any',
    builtins: true,
  },
  packing: { rooms: ['check', ...making], packages: [], builtins: true },
  // Real engines for tests of authors, and for ours.
  kuiperd: { rooms: ['errors', 'waiting'], packages: [], builtins: true },
  doctor: { rooms: ['engine', ...making, 'ekuiper'], packages: [], builtins: true },
  server: { rooms: ['report', 'ekuiper', ...making], packages: 'any', builtins: true },
  // The boot check plays the engine's part on the engine's own channels.
  check: { rooms: [...making, 'ekuiper', 'sp', 'process'], packages: 'any', builtins: true },
  run: { rooms: [...running, 'io'], packages: [], builtins: true },
  engine: { rooms: ['ekuiper', 'data', 'plugin', 'errors', 'waiting'], packages: 'any', builtins: true },
  report: { rooms: ['problem', 'plugin', 'errors'], packages: 'any', builtins: true },
  package: { rooms: [...making.slice(1), 'ekuiper', 'data'], packages: 'any', builtins: true },
  load: {
    rooms: ['build', 'project', 'problem', 'stack', 'process', ...running],
    packages: 'any',
    builtins: true,
  },
  build: {
    rooms: ['project', 'problem', 'plugin', 'errors', 'waiting', 'data'],
    packages: 'any',
    builtins: true,
  },
  project: { rooms: ['problem', 'plugin', 'errors', 'data', 'process'], packages: 'any', builtins: true },
  problem: { rooms: ['plugin', 'errors'], packages: [], builtins: false },
  index: { rooms: running, packages: [], builtins: false },
  testing: { rooms: [...running, 'load'], packages: [], builtins: true },
  'testing-engine': {
    rooms: ['packing', 'kuiperd', 'engine', 'report', ...making],
    packages: [],
    builtins: true,
  },
  host: { rooms: [...running, 'sp', 'process', 'stack'], packages: [], builtins: true },
  runtime: { rooms: running.slice(1), packages: [], builtins: true },
  state: { rooms: ['data', 'plugin', 'process', 'errors'], packages: ['ioredis'], builtins: true },
  ekuiper: { rooms: ['data', 'plugin', 'errors'], packages: [], builtins: false },
  plugin: { rooms: ['errors', 'data'], packages: ['semver'], builtins: false },
  data: { rooms: [], packages: [], builtins: true },
  sp: { rooms: [], packages: [], builtins: true },
  process: { rooms: [], packages: [], builtins: true },
  errors: { rooms: [], packages: [], builtins: false },
  stack: { rooms: [], packages: [], builtins: true },
  waiting: { rooms: [], packages: [], builtins: false },
  io: { rooms: [], packages: [], builtins: true },
}

/**
 * What is a process of its own besides `bin`, and the entry of authors' tests that reads their environment: the host of a package and the guard that keeps plugins from ending it,
 * what loads a built file, and what watches that process from inside.
 */
const programs = new Set([
  'testing-engine.ts',
  'host/main.ts',
  'host/host-process.ts',
  'host/guard.ts',
  'load/inspector.ts',
  'load/probe/main.ts',
  'load/probe/watch.ts',
])

const roomOf = (file: string): string => file.split('/')[0]?.replace(/\.ts$/, '') ?? ''

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

/** Every import that the arrows forbid, as `file → specifier`. */
function forbiddenImports(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) =>
    importsOf(text)
      .filter(specifier => !isAllowed(file, specifier))
      .map(specifier => `${file} → ${specifier}`),
  )
}

function isAllowed(file: string, specifier: string): boolean {
  const own = roomOf(file)
  const room = rooms[own]
  if (!room) return false
  if (specifier.startsWith('.')) {
    const target = roomOf(targetOf(file, specifier))
    return target === own || room.rooms.includes(target)
  }
  if (isBuiltin(specifier)) return room.builtins
  return room.packages === 'any' || room.packages.includes(packageOf(specifier))
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

function touchesOfTheWorld(sources: Sources): string[] {
  const world = /\bconsole\.|\bprocess\.(?:argv|cwd|exit|env|stdin|stdout|stderr)\b/g
  return [...sources].flatMap(([file, text]) =>
    programs.has(file) ? [] : (withoutComments(text).match(world) ?? []).map(use => `${file}: ${use}`),
  )
}

const src = path.join(repository, 'src')
const sources: Sources = new Map(
  fs
    .readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => [file.split(path.sep).join('/'), fs.readFileSync(path.join(src, file), 'utf8')]),
)

test('imports follow the arrows between rooms', () => {
  expect(sources.size).toBeGreaterThan(30)
  expect(forbiddenImports(sources)).toEqual([])
})

test('imports have no cycles', () => {
  expect(cycle(sources)).toBeUndefined()
})

test('only the entry programs use the global process', () => {
  expect(touchesOfTheWorld(sources)).toEqual([])
})

test('the arrows between rooms have no cycles', () => {
  for (const [from, { rooms: below }] of Object.entries(rooms)) {
    for (const to of below) expect(rooms[to]?.rooms, `${from} → ${to} → ${from}`).not.toContain(from)
  }
})

test.each([
  ['plugin/a.ts', "import * as fs from 'node:fs'"],
  ['plugin/a.ts', "import type { Project } from '../project/project.js'"],
  ['problem/a.ts', "import { b } from '../project/b.js'"],
  ['project/a.ts', "export { b } from '../report/b.js'"],
  ['project/a.ts', "import { b } from '../build/b.js'"],
  ['build/a.ts', "import { b } from '../package/b.js'"],
  ['load/a.ts', "import { b } from '../check/b.js'"],
  ['package/a.ts', "import type { B } from '../host/b.js'"],
  ['check/a.ts', "import { b } from '../commands/b.js'"],
  ['engine/a.ts', "import { b } from '../package/b.js'"],
  ['report/a.ts', "import {\n  b,\n  c,\n} from '../commands/b.js'"],
  ['sp/a.ts', "const b = await import('../plugin/b.js')"],
  ['data/a.ts', "import type { RulePlace } from '../plugin/rule-place.js'"],
  ['state/a.ts', "import type { Context } from '../runtime/contract.js'"],
  ['ekuiper/a.ts', "import * as z from 'zod'"],
  ['runtime/a.ts', "import * as z from 'zod'"],
  ['runtime/a.ts', "const z = require('zod/mini')"],
  ['runtime/a.ts', "export type * from '../project/b.js'"],
  ['runtime/a.ts', "import '../sp/b.js'"],
  ['run/a.ts', "import '../host/b.js'"],
  ['utils/a.ts', "import './b.js'"],
  ['index.ts', "import 'node:fs'"],
])('%s must not say %j', (file, text) => {
  expect(forbiddenImports(new Map([[file, text]]))).toHaveLength(1)
})

test.each([
  ['plugin/a.ts', "import { valid } from 'semver'\n// import fs from 'node:fs'"],
  ['state/a.ts', "import { Redis } from 'ioredis'\nimport '../data/b.js'\nimport * as net from 'node:net'"],
  ['host/a.ts', "import '../sp/b.js'\nimport { c } from '../runtime/c.js'"],
  ['commands/a.ts', "import type { B } from '../plugin/b.js'\nimport { c } from '../runtime/c.js'"],
])('%s may say %j', (file, text) => {
  expect(forbiddenImports(new Map([[file, text]]))).toEqual([])
})

test('a cycle is found, even over many files; type imports do not count', () => {
  const circle = new Map([
    ['a/a.ts', "import { type B, b } from './b.js'"],
    ['a/b.ts', "import '../c.js'"],
    ['c.ts', "export * from './a/a.js'"],
  ])
  expect(cycle(circle)).toEqual(['a/a.ts', 'a/b.ts', 'c.ts', 'a/a.ts'])
  circle.set('a/a.ts', "import type {\n  B,\n} from './b.js'")
  expect(cycle(circle)).toBeUndefined()
})

test('a use of the global process is found, in code only', () => {
  const text = '// process.exit\nconst here = process.cwd()\nconsole.log(here, process.platform)\n'
  expect(touchesOfTheWorld(new Map([['plugin/a.ts', text]]))).toEqual([
    'plugin/a.ts: process.cwd',
    'plugin/a.ts: console.',
  ])
})
