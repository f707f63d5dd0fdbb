import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { node } from '../support/binary.js'
import { projectWith } from '../support/folder.js'
import { kplug } from '../support/io.js'
import { linkPackages, tool } from '../support/linked-packages.js'

const count = (symbol: string, factor: string): string => `import type { FunctionContext } from 'kplug'
export class ${symbol} {
  exec([text]: [string], ctx: FunctionContext) { return ctx.incrCounter('n', text.length * ${factor}) }
}
`

const recording = `{"time":1,"row":{"id":9007199254740993,"text":"ab","n":2}}
{"time":2,"row":{"id":9007199254740994,"text":"abc","n":5}}
`

test('a recording becomes a test, which fails when the function returns something else', async () => {
  const folder = projectWith({
    'src/functions/Same.ts': count('Same', '1'),
    'src/functions/Changed.ts': count('Changed', '10'),
    'src/sinks/Log.ts': `export class Log {\n  collect(_: unknown, row: { id: bigint }) { if (row.id < 7n) throw new Error('small') }\n}\n`,
    'rows.ndjson': recording,
  })
  const typed = ['--from', 'rows.ndjson', '--args', 'text', '--as', 'n']
  expect(await kplug(folder, 'new', 'test', 'same', ...typed)).toEqual({
    code: 0,
    stdout: 'Made test/functions/Same.recorded.ndjson\nMade test/functions/Same.recorded.test.ts\n',
    stderr: '\nNext:\n  npm test\n',
  })
  expect(fs.readFileSync(path.join(folder, 'test/functions/Same.recorded.ndjson'), 'utf8')).toBe(
    '{"id":9007199254740993,"text":"ab","n":2}\n{"id":9007199254740994,"text":"abc","n":5}\n',
  )
  expect(fs.readFileSync(path.join(folder, 'test/functions/Same.recorded.test.ts'), 'utf8')).toContain(
    "  const options = { args: ['text'], as: 'n' }\n",
  )
  await kplug(folder, 'new', 'test', 'changed', ...typed)
  await kplug(folder, 'new', 'test', 'log', '--from', 'rows.ndjson')
  expect(await kplug(folder, 'new', 'test', 'same', ...typed)).toMatchObject({
    code: 2,
    stderr:
      'Cannot write test/functions/Same.recorded.ndjson: the file exists; overwrite it with "--force"\n',
  })
  linkPackages(folder)
  const { code, stdout, stderr } = await node(folder, [tool.vitest, 'run'])
  expect(code).toBe(1)
  expect(stdout).toContain('2 passed')
  expect(stderr).toContain('changed returns what was recorded')
  expect(stderr).toMatch(/-\s+"n": 2,[^]*\+\s+"n": 20,/)
})

test.each([
  [['test'], /^Missing the plugin or the recording: name both, for example /],
  [['test', 'coutn', '--from', 'r'], /^No plugin "coutn" in .*: did you mean "count"\?$/],
  [
    ['test', 'ticks', '--from', 'r'],
    /^Cannot make a test of the source "ticks": a source has no input to replay$/,
  ],
  [['test', 'count', '--from', 'gone'], /^Cannot make a test of .*gone: it does not exist$/],
  [['test', 'count', '--from', 'r'], /^Missing the arguments of the function "count": name their fields/],
  [
    ['test', 'count', '--from', 'r', '--args', 'text'],
    /^Cannot make a test of row 1: it has no field "result" with the result; name the field with "--as"$/,
  ],
  [['test', 'count', '--from', 'torn', '--args', 'text'], /^Cannot make a test of .*torn: line 1: /],
  [
    ['function', 'a', '--from', 'r'],
    /^Cannot use option "--from" with a new plugin: it is for "kplug new test NAME"$/,
  ],
])('%j is refused with a sentence', async (typed, sentence) => {
  const folder = projectWith({
    'src/functions/Count.ts': count('Count', '1'),
    'src/sources/Ticks.ts': 'export class Ticks {\n  async *open() {}\n}\n',
    r: recording,
    torn: '{"time":1,"row":{"n":',
  })
  const { code, stderr } = await kplug(folder, 'new', ...typed)
  expect({ code, stderr: stderr.trimEnd() }).toEqual({ code: 2, stderr: expect.stringMatching(sentence) })
})
