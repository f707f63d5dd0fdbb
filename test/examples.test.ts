// The examples in the doc comments of what authors import: each is a file that is type-checked and run.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { node, repository } from './support/binary.js'
import { folderWith } from './support/folder.js'
import { linkPackages, tool } from './support/linked-packages.js'

const documented = [
  'plugin/about.ts',
  'runtime/contract.ts',
  'runtime/config/schema.ts',
  'data/bytes.ts',
  'data/row.ts',
  'data/with-meta.ts',
  'runtime/define.ts',
  'state/state-key.ts',
  'state/store.ts',
  'state/types.ts',
  'testing.ts',
  'testing/exported.ts',
  'testing/test-context.ts',
  'testing-engine.ts',
  'testing-engine/types.ts',
]

/** Exports whose use another's example shows. */
const shownElsewhere = new Set(['StateKey', 'TypeCodec'])

/** What an example may name without declaring it. */
const given: Record<string, string> = {
  Ticks: `import { Ticks } from './Source.js'`,
  Print: `import { Print } from './Sink.js'`,
  WordCount: `import { WordCount } from './Func.js'`,
  Point: 'class Point { x = 0 }',
  Money: 'class Money { static parse(_text: string) { return new Money() } }',
  z: `import * as z from 'zod'`,
}

const kplugNames = exportsOf('index.ts')
const testingNames = exportsOf('testing.ts')
const engineNames = exportsOf('testing-engine.ts')
const examples = new Map(documented.flatMap(file => examplesIn(read(file))))

function read(file: string): string {
  return fs.readFileSync(path.join(repository, 'src', file), 'utf8')
}

function exportsOf(file: string): string[] {
  const text = read(file)
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]+)\}/gm)].flatMap(([, list = '']) =>
    list.split(','),
  )
  const declared = [...text.matchAll(/^export (?:async )?(?:function|interface|type|const|class) (\w+)/gm)]
  return [...lists, ...declared.map(([, name = '']) => name)]
    .map(name => name.trim().replace(/^type /, ''))
    .filter(name => name !== '')
}

/** The name of each documented export, and its example. */
function examplesIn(text: string): [string, string][] {
  const found = text.matchAll(
    /^\/\*\*\n((?: \*.*\n)+?) \*\/\nexport (?:async )?(?:function|interface|type) (\w+)/gm,
  )
  return [...found].flatMap(([, comment = '', name = '']) => {
    const [, example] = comment.replace(/^ \* ?/gm, '').split('@example')
    return example === undefined ? [] : [[name, example.trim()]]
  })
}

/** An example as a test file. */
const testOf = (example: string): string =>
  `${moduleOf(example)}\ntest('runs', () => { expect(true).toBe(true) })\n`

/** An example as a module: its imports before it, and \`value // result\` as an expectation. */
function moduleOf(example: string): string {
  const uses = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(example)
  const declares = (name: string): boolean => new RegExp(`(class|function|const) ${name}\\b`).test(example)
  const wanted = (name: string): boolean => uses(name) && !declares(name)
  return [
    `import { expect, test } from 'vitest'`,
    `import { ${kplugNames.filter(uses).join(', ')} } from 'kplug'`,
    `import { ${testingNames.filter(uses).join(', ')} } from 'kplug/testing'`,
    `import { ${engineNames.filter(uses).join(', ')} } from 'kplug/testing/engine'`,
    ...Object.entries(given).flatMap(([name, line]) => (wanted(name) ? [line] : [])),
    example.replace(/^(.+\)) \/\/ (.+)$/gm, 'expect($1).toEqual($2)'),
  ].join('\n')
}

test('every export for authors has an example', () => {
  const without = [...kplugNames, ...testingNames, ...engineNames].filter(
    name => !examples.has(name) && !shownElsewhere.has(name),
  )
  expect(without).toEqual([])
  expect(kplugNames).toContain('Source')
  expect(testingNames).toContain('runSource')
})

test('every example has the right types, and runs', async () => {
  const folder = folderWith({
    'package.json': '{"type": "module"}',
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        strict: true,
        target: 'es2023',
        module: 'nodenext',
        types: ['node'],
        noEmit: true,
        skipLibCheck: true,
      },
    }),
    ...Object.fromEntries([...examples].map(([name, example]) => [`${name}.test.ts`, testOf(example)])),
    // What other examples use: a test file that is imported has no tests left when it is its own turn.
    ...Object.fromEntries(
      ['Source', 'Sink', 'Func'].map(name => [`${name}.ts`, moduleOf(examples.get(name) ?? '')]),
    ),
  })
  linkPackages(folder)
  const [types, run] = await Promise.all([
    node(folder, [tool.tsc, '-p', '.']),
    node(folder, [tool.vitest, 'run', '--reporter=json', '--pool=threads', '--no-isolate']),
  ])
  expect(types).toMatchObject({ code: 0, stdout: '' })
  const { success, testResults }: { success: boolean; testResults: { message: string }[] } = JSON.parse(
    run.stdout,
  )
  expect(testResults.map(result => result.message).join('')).toBe('')
  expect(success).toBe(true)
  expect(testResults).toHaveLength(examples.size)
})
