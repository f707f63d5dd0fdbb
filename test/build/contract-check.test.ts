import { expect, test } from 'vitest'
import { projectWith } from '../support/folder.js'
import { kplug } from '../support/io.js'

const about = "export const about = { description: 'x' }\n"

async function errors(file: string, text: string): Promise<string[]> {
  const { stderr } = await kplug(projectWith({ [file]: about + text }), 'build')
  return stderr.split('\n').filter(line => line.startsWith('src/'))
}

const schema = "import * as z from 'zod'\nexport const config = z.object({ batch: z.string() })\n"

test.each(['implements Sink<{ size: number }> ', ''])(
  'a schema and a class %sthat disagree are reported in one sentence',
  async declared => {
    const text = `import type { Sink } from 'kplug'\n${schema}export class S ${declared}{\n  size = 0\n  configure(props: { size: number }) { this.size = props.size }\n  collect() {}\n}\nexport type T = Sink\n`
    expect(await errors('src/sinks/S.ts', text)).toEqual([
      'src/sinks/S.ts:5:14: error: The sink "s" has a "config" that gives {batch: string}, and its configure takes {size: number} [config-mismatch]',
    ])
  },
)

test('a source takes its properties second', async () => {
  const text = `${schema}export class S {\n  configure(_: string, props: { batch: string }) { void props }\n  async *open() { yield { a: 1 } }\n}\n`
  expect(await errors('src/sources/S.ts', text)).toEqual([])
  expect(await errors('src/sources/S.ts', text.replace('batch: string', 'batch: number'))).toEqual([
    expect.stringContaining(
      'The source "s" has a "config" that gives {batch: string}, and its configure takes {batch: number}',
    ),
  ])
})

test.each([
  ['implements Source ', 'src/sources/S.ts:4:10'],
  ['', 'src/sources/S.ts:3:14'],
])(
  'a class %s that yields something other than a row is reported in one sentence',
  async (declared, place) => {
    const text = `import type { Source } from 'kplug'\nexport class S ${declared}{\n  async *open() { yield 5 }\n}\nexport type T = Source\n`
    expect(await errors('src/sources/S.ts', text)).toEqual([
      `${place}: error: The source "s" yields number, which is not a row [row-wrong]`,
    ])
  },
)

test.each([
  [
    'src/sources/S.ts',
    "import { withMeta } from 'kplug'\nexport class S {\n  *open() { yield withMeta({ a: 1 }, { b: 2 }) }\n}",
  ],
  ['src/sources/S.ts', 'export class S {\n  async open() {}\n}'],
  ['src/sources/S.ts', 'export class S {\n  open(): Iterable<{ a: number }> { return [] }\n}'],
  [
    'src/sinks/S.ts',
    'export const config: any = {}\nexport class S {\n  configure(props: { a: 1 }) { void props }\n  collect() {}\n}',
  ],
  ['src/sinks/S.ts', `${schema}export class S {\n  configure() {}\n  collect() {}\n}`],
  [
    'src/sinks/S.ts',
    `${schema}export const S = () => ({ configure(props: Record<string, unknown>) { void props }, collect() {} })`,
  ],
  [
    'src/sinks/S.ts',
    "import * as z from 'zod'\nimport { defineSink } from 'kplug'\nexport const S = defineSink({ config: z.object({ a: z.string() }), collect() {} })",
  ],
])('%s: %j fits', async (file, text) => {
  expect(await errors(file, text)).toEqual([])
})
