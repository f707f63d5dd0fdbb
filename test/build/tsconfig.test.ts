import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { problemFrom, readOutput } from '../../src/build/diagnostic.js'
import { typeCheck } from '../../src/build/type-check.js'
import { findPluginSources } from '../../src/project/plugin-sources.js'
import { readProject } from '../../src/project/project.js'
import { node, repository } from '../support/binary.js'
import { folderWith } from '../support/folder.js'
import { linkPackages, tool } from '../support/linked-packages.js'

// Each project has a tsconfig.json of one kind, and a plugin `src/functions/F.ts` that depends on it. One line of each
// is wrong, so that a check that sees nothing fails too.

type Files = Record<string, string>

const usual = { target: 'es2023', module: 'nodenext', strict: true, skipLibCheck: true, types: ['node'] }

const tsconfig = (compilerOptions: object, rest: object = { include: ['src'] }): string =>
  JSON.stringify({ compilerOptions: { ...usual, ...compilerOptions }, ...rest })

const wrong = "\nexport const wrong: number = 'text'\n"

const plugin = (body: string, before = ''): string =>
  `${before}\nexport class F {\n  exec() {\n    ${body}\n  }\n}${wrong}`

const kinds: Record<string, Files> = {
  paths: {
    'tsconfig.json': tsconfig({ paths: { '@lib/*': ['./src/lib/*'] } }),
    'src/lib/twice.ts': 'export const twice = (n: number) => n * 2',
    'src/functions/F.ts': plugin('return twice(1)', "import { twice } from '@lib/twice.js'"),
  },
  types: {
    'tsconfig.json': tsconfig({ types: ['node', 'line', 'kit/globals'] }),
    'node_modules/@types/line/index.d.ts': 'declare const LINE: string',
    'node_modules/kit/package.json': '{"name": "kit", "exports": {"./globals": {"types": "./g.d.ts"}}}',
    'node_modules/kit/g.d.ts': 'declare const KIT: string',
    'src/functions/F.ts': plugin('return LINE + KIT'),
  },
  typeRoots: {
    'tsconfig.json': tsconfig({ typeRoots: ['./types', './node_modules/@types'], types: ['node', 'line'] }),
    'types/line/index.d.ts': 'declare const LINE: string',
    'src/functions/F.ts': plugin('return LINE'),
  },
  'outDir without rootDir': {
    'tsconfig.json': tsconfig({ outDir: 'out' }),
    'src/functions/F.ts': plugin('return 1'),
  },
  'rootDir that a file lies outside of': {
    'tsconfig.json': tsconfig({ rootDir: 'src', outDir: 'out' }),
    'lib/v.ts': 'export const v = 1',
    'src/functions/F.ts': plugin('return v', "import { v } from '../../lib/v.js'"),
  },
  'declarations outside src': {
    'tsconfig.json': tsconfig({}, { include: ['src', 'types'] }),
    'types/x.d.ts': "declare module 'untyped' { export const x: number }\ndeclare const BUILD: string",
    'src/functions/F.ts': plugin('return [x, BUILD]', "import { x } from 'untyped'"),
  },
  files: {
    'tsconfig.json': tsconfig({}, { files: ['src/functions/F.ts', 'globals.ts'] }),
    'globals.ts': 'export {}\ndeclare global {\n  var LINE: string\n}',
    'src/functions/F.ts': plugin('return LINE'),
  },
  'extends of a package': {
    'tsconfig.json': '{"extends": "@tsconfig/line/tsconfig.json"}',
    'node_modules/@tsconfig/line/package.json': '{"name": "@tsconfig/line"}',
    'node_modules/@tsconfig/line/tsconfig.json': tsconfig(
      { noUncheckedIndexedAccess: true, outDir: '${configDir}/out' },
      { include: ['${configDir}/src', '${configDir}/types'] },
    ),
    'types/x.d.ts': 'declare const LINE: string[]',
    'src/functions/F.ts': plugin('const first: string = LINE[0]\n    return first'),
  },
  JSON: {
    'tsconfig.json': tsconfig({ module: 'preserve', resolveJsonModule: true }),
    'src/lib/data.json': '{"k": 1}',
    'src/functions/F.ts': plugin(
      'const k: string = data.k\n    return k',
      "import data from '../lib/data.json'",
    ),
  },
  strictness: {
    'tsconfig.json': tsconfig({ strict: false, noImplicitReturns: true }),
    'src/functions/F.ts': plugin('return (a => a)(1)') + 'export function g(a) {\n  if (a) return 1\n}\n',
  },
  jsx: {
    'tsconfig.json': tsconfig({ jsx: 'react', jsxFactory: 'h' }),
    'src/lib/h.tsx':
      'export const h = (...all: unknown[]) => all\ndeclare global {\n  namespace JSX {\n    interface IntrinsicElements { b: { n: number } }\n  }\n}\nexport const bold = () => <b n="x" />',
    'src/functions/F.ts': plugin('return bold()', "import { bold } from '../lib/h.js'"),
  },
  decorators: {
    'tsconfig.json': tsconfig({ experimentalDecorators: true }),
    'src/functions/F.ts': plugin(
      'return 1',
      'const seen = (target: Function) => void target\nconst field = (_: object, key: string) => void key\n@seen\nexport class G {\n  @field a = 1\n}',
    ),
  },
  'no Node types': {
    'tsconfig.json': tsconfig({ types: [] }),
    'src/functions/F.ts': plugin('return process.pid'),
  },
  'a mistake in tsconfig.json': {
    'tsconfig.json': tsconfig({ tagret: 'es2023' }),
    'src/functions/F.ts': plugin('return 1'),
  },
  'composite, with a build info file': {
    'tsconfig.json': tsconfig({ composite: true, tsBuildInfoFile: 'out/x', outDir: 'out' }),
    'src/functions/F.ts': plugin('return 1'),
  },
}

test.each(Object.entries(kinds))('%s: the type-check finds what tsc finds', async (_kind, files) => {
  const folder = folderWith({ 'package.json': '{"type": "module", "kplug": {}}' })
  linkPackages(folder, { types: 'copied' })
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    fs.writeFileSync(path.join(folder, file), text)
  }
  const { stdout } = await node(folder, [tool.tsc, '-p', '.', '--noEmit', '--pretty', 'false'])
  const before = fs.readdirSync(folder)
  const project = readProject(folder)
  const { sources } = findPluginSources(project)
  const { problems } = await typeCheck(project, sources, new AbortController().signal)
  expect(problems).toEqual(readOutput(stdout, folder).found.map(problemFrom))
  expect(problems.length).toBeGreaterThan(0)
  expect(fs.readdirSync(folder)).toEqual(before)
})

test('a type error in a test is not a problem of the plugins', async () => {
  const folder = folderWith({
    'package.json': '{"type": "module", "kplug": {}}',
    'tsconfig.json': tsconfig({}, { include: ['src', 'test'] }),
    'test/F.test.ts': "import { test } from 'nowhere'\ntest()",
    'src/functions/F.ts': 'export class F {\n  exec() {}\n}',
  })
  const project = readProject(folder)
  const { sources } = findPluginSources(project)
  const { problems, files } = await typeCheck(project, sources, new AbortController().signal)
  expect(problems).toEqual([])
  expect(files).toContain('src/functions/F.ts')
  expect(files.every(file => !file.includes(path.basename(repository)) || file.startsWith('..'))).toBe(true)
})
