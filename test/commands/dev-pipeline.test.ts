import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { stagesOf } from '../../src/commands/stages.js'
import { edit, projectWith } from '../support/folder.js'
import { FakeIo, kplug } from '../support/io.js'

const plugins = {
  'src/sources/Texts.ts': `export class Texts {
  async open(ctx: any) { for (const text of ['a b', 'c', 'poison']) ctx.emit({ text }); await ctx.closed }
}
`,
  'src/functions/Count.ts': `export const about = { description: 'Counts', args: [{ name: 'text', type: 'string', description: '' }] }
export class Count {
  async exec([text]: [string], ctx: any) {
    if (text === 'poison') throw new Error('no good')
    return ctx.incrCounter('n', text.split(' ').length)
  }
}
`,
  'src/sinks/Show.ts': `export class Show {
  collect(ctx: any, row: object) { ctx.logger.info('old ' + JSON.stringify(row)) }
}
`,
}

test('a pipeline runs in one process, names the plugin of each line, and continues with new builds', async () => {
  const folder = projectWith(plugins)
  const io = new FakeIo(folder, ['dev', 'source texts | function count --as n | sink show'])
  const running = io.run()
  await io.stderr.until('info sink show: old {"text":"a b","n":2}\ninfo sink show: old {"text":"c","n":3}\n')
  await io.stderr.until('function count: no good\n    at src/functions/Count.ts:4:')
  edit(folder, 'src/sinks/Show.ts', 'export class Show {\n  collect( }\n')
  await io.stderr.until('no file was changed')
  edit(folder, 'src/sources/Texts.ts', plugins['src/sources/Texts.ts'].replace("'a b'", "'d'"))
  await io.stderr.until('Replaced source "texts" with its new build\n')
  await io.stderr.until('info sink show: old {"text":"d","n":4}\n')
  edit(folder, 'src/sinks/Show.ts', plugins['src/sinks/Show.ts'].replace('old', 'new'))
  await io.stderr.until('Replaced sink "show" with its new build\n')
  edit(folder, 'src/sources/Texts.ts', plugins['src/sources/Texts.ts'].replace("'a b'", "'e'"))
  await io.stderr.until('info sink show: new {"text":"e","n":6}\n')
  io.emit('SIGINT')
  const { code, stdout, stderr } = await running
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(stderr).toMatch(/\n9 rows in, 3 failed\n$/)
})

test('a pipeline that does not build or load at first starts with the first build that does', async () => {
  const folder = projectWith({ ...plugins, 'src/functions/Count.ts': 'export class Count {\n  exec( }\n' })
  const io = new FakeIo(folder, ['dev', 'source texts | function count'])
  const running = io.run()
  await io.stderr.until('no file was changed')
  edit(folder, 'src/functions/Count.ts', 'throw new Error("no model")\nexport class Count {}\n')
  await io.stderr.until('no model')
  edit(folder, 'src/functions/Count.ts', plugins['src/functions/Count.ts'])
  await io.stdout.until('{"text":"c","result":3}\n')
  io.emit('SIGINT')
  expect((await running).code).toBe(0)
})

test('without a source, rows come from standard input or from a recording', async () => {
  const folder = projectWith({ ...plugins, 'r.ndjson': '{"time":1,"row":{"text":"a"}}\n' })
  const io = new FakeIo(folder, ['dev', 'function count --as n', '--record', 'out.ndjson'])
  io.stdin.end('{"text":"a b"}\n{"message":"a"}\n')
  const { code, stdout, stderr } = await io.run()
  expect({ code, stdout }).toEqual({ code: 0, stdout: '{"text":"a b","n":2}\n' })
  expect(stderr).toContain(
    'function count: The row has no field "text": name the fields that are the arguments with "--args"\n',
  )
  expect(fs.readFileSync(path.join(folder, 'out.ndjson'), 'utf8')).toMatch(
    /^\{"time":\d+,"row":\{"text":"a b","n":2\}\}\n$/,
  )
  const replaying = new FakeIo(folder, ['dev', 'function count', '--replay', 'r.ndjson', '--json'])
  const running = replaying.run()
  await replaying.stdout.until('{"event":"row","row":{"text":"a","result":1}}\n')
  edit(
    folder,
    'src/functions/Count.ts',
    plugins['src/functions/Count.ts'].replace('.length)', '.length * 10)'),
  )
  await replaying.stdout.until('{"event":"row","row":{"text":"a","result":10}}\n')
  replaying.emit('SIGINT')
  expect(await running).toMatchObject({ code: 0, stderr: '' })
})

test('a pipeline is quoted as in a shell', () => {
  const [source, func] = stagesOf(`source ticks --prop "a=b | \\"c\\"" --prop 'x= y'|function f --args a,b`)
  expect(source?.options.prop).toEqual(['a=b | "c"', 'x= y'])
  expect(func).toMatchObject({ kind: 'function', name: { name: 'f' }, options: { args: ['a', 'b'] } })
})

test.each([
  [['sink show | function count'], 'Cannot run the sink "show" as stage 1 of 2: a sink must be the last one'],
  [
    ['function count | source texts'],
    'Cannot run the source "texts" as stage 2 of 2: a source must be the first one',
  ],
  [
    ['source texts || sink show'],
    'Invalid stage "" of the pipeline: use a kind and a name, such as "source ticks"',
  ],
  [
    ['rule.sql'],
    'Invalid stage "rule.sql" of the pipeline: use a kind and a name, such as "source ticks"; a rule needs "--rule rule.sql"',
  ],
  [['source "texts'], `Invalid pipeline "source "texts": a quotation mark is not closed`],
  [
    ['function count --arg a'],
    'Invalid stage "function count --arg a" of the pipeline: unknown option "--arg"',
  ],
  [
    ['source texts --args a'],
    'Cannot use option "--args" with a source: it applies only to a function; remove it',
  ],
  [
    ['source texts', '--engine', 'http://a'],
    'Cannot use option "--engine" with a pipeline, which runs without an engine: remove one of them',
  ],
  [
    ['--replay', 'r'],
    `Cannot use option "--replay" without a pipeline: add one, such as 'source ticks | sink print'`,
  ],
  [['source texts', '--replay', 'r'], 'Cannot replay into a source: remove it from the pipeline'],
  [['function cuont'], /^No function "cuont" in .*: did you mean "count"\?$/],
])('%j is refused in one sentence', async (typed, sentence) => {
  const { code, stderr } = await kplug(projectWith(plugins), 'dev', ...typed)
  expect(code).toBe(2)
  if (typeof sentence === 'string') expect(stderr).toBe(`${sentence}\n`)
  else expect(stderr.trimEnd().split('\n').at(-1)).toMatch(sentence)
})
