// What only processes can show: pipes, signals, kills.
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { binary, ended } from '../support/binary.js'
import { projectWith } from '../support/folder.js'

const plugins = {
  'src/sources/Endless.ts': `import type { SourceContext } from 'kplug'
export class Endless {
  async *open(ctx: SourceContext) { for (let n = 1; ; n += 1) { yield { n }; if (n === 3) ctx.logger.info('three') } }
  close(ctx: SourceContext) { ctx.logger.info('closed') }
}
`,
  'src/sources/Rude.ts': `import type { SourceContext } from 'kplug'
export class Rude {
  async open(ctx: SourceContext) { ctx.logger.info('open'); while (!ctx.signal.aborted) await ctx.emit({}) }
  close(ctx: SourceContext) { ctx.logger.info('closed') }
}
`,
  'src/sources/Texts.ts': `import type { SourceContext } from 'kplug'
export class Texts {
  async open(ctx: SourceContext) {
    for (const text of ['a b', 'c d e', 'f']) await ctx.emit({ text, number: await ctx.incrCounter('rows', 1) })
  }
}
`,
  'src/functions/AccumulateWordCount.ts': `import type { Func, FunctionContext } from 'kplug'

export class AccumulateWordCount implements Func<[string, string]> {
  exec([text, separator]: [string, string], ctx: FunctionContext) {
    return ctx.incrCounter('allwordcount', text.split(separator).length)
  }
}
`,
  'src/functions/WordCount.ts': `import type { FunctionContext } from 'kplug'
export class WordCount {
  exec([text]: [string], ctx: FunctionContext) { return ctx.incrCounter('words', text.split(' ').length) }
}
`,
  'src/sinks/Lines.ts': `import { appendFileSync } from 'node:fs'
import type { SinkContext } from 'kplug'
export class Lines {
  async collect(ctx: SinkContext, row: object) {
    appendFileSync('out.ndjson', JSON.stringify({ ...row, line: await ctx.incrCounter('lines', 1) }) + '\\n')
  }
}
`,
}

/** A child that does not outlive its test. */
function start(folder: string, typed: readonly string[], stdio: StdioOptions = 'pipe'): ChildProcess {
  const child = spawn(process.execPath, [binary, 'run', ...typed], { cwd: folder, stdio })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** Waits until a child has written a text to a stream. */
async function heard(stream: NodeJS.ReadableStream | null, text: string): Promise<void> {
  let all = ''
  await new Promise<void>(resolve => {
    stream?.on('data', (chunk: Buffer) => {
      all += chunk.toString()
      if (all.includes(text)) resolve()
    })
  })
}

test('accumulateWordCount is ten lines or fewer', () => {
  expect(plugins['src/functions/AccumulateWordCount.ts'].trim().split('\n').length).toBeLessThanOrEqual(10)
})

test('a counter continues where the process was killed', async () => {
  const folder = projectWith(plugins)
  const typed = ['function', 'accumulateWordCount', '--state', 'file:state']
  const first = start(folder, typed)
  const answers = heard(first.stdout, '2\n5\n')
  first.stdin?.write('["a b", " "]\n["c,d,e", ","]\n')
  await answers
  first.kill('SIGKILL')
  await once(first, 'close')
  const second = start(folder, typed)
  const outcome = ended(second)
  second.stdin?.end('["f", " "]\n["g h", " "]\n')
  expect(await outcome).toEqual({ code: 0, signal: null, stdout: '6\n8\n', stderr: '' })
})

/** Runs a line of a shell in which \`kplug\` is the binary. */
function shell(folder: string, line: string): ReturnType<typeof ended> {
  const script = `set -o pipefail; kplug() { "${process.execPath}" "${binary}" "$@"; }; ${line}`
  return ended(spawn('bash', ['-c', script], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }))
}

test('`head` ends a source without an error, and the source is closed', async () => {
  const { code, stdout, stderr } = await shell(projectWith(plugins), 'kplug run source endless | head -2')
  expect({ code, stdout }).toEqual({ code: 0, stdout: '{"n":1}\n{"n":2}\n' })
  expect(stderr).toBe('info three\ninfo closed\n')
})

test('three processes in a pipe share one folder of state without waiting for each other', async () => {
  const folder = projectWith(plugins)
  const line = [
    'kplug run source texts --state file:state',
    'kplug run function wordCount --args text --as words --state file:state',
    'kplug run sink lines --state file:state',
  ].join(' | ')
  expect(await shell(folder, line)).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect(await shell(folder, line)).toMatchObject({ code: 0, stdout: '', stderr: '' })
  const rows = fs.readFileSync(path.join(folder, 'out.ndjson'), 'utf8').trimEnd().split('\n')
  expect(rows.map(row => JSON.parse(row))).toEqual([
    { text: 'a b', number: 1, words: 2, line: 1 },
    { text: 'c d e', number: 2, words: 5, line: 2 },
    { text: 'f', number: 3, words: 6, line: 3 },
    { text: 'a b', number: 4, words: 8, line: 4 },
    { text: 'c d e', number: 5, words: 11, line: 5 },
    { text: 'f', number: 6, words: 12, line: 6 },
  ])
})

test('two processes with one plugin and one folder of state take turns', async () => {
  const folder = projectWith(plugins)
  const typed = ['function', 'accumulateWordCount', '--state', 'file:state']
  const first = start(folder, typed)
  const answer = heard(first.stdout, '1\n')
  first.stdin?.write('["a", " "]\n')
  await answer
  const second = start(folder, typed)
  const outcome = ended(second)
  second.stdin?.end('["b c", " "]\n')
  first.stdin?.end()
  await once(first, 'close')
  expect(await outcome).toMatchObject({ code: 0, stdout: '3\n' })
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s closes a source that never waits, and the process exits',
  async signal => {
    const child = start(projectWith(plugins), ['source', 'endless'], ['ignore', 'pipe', 'pipe'])
    const outcome = ended(child)
    await heard(child.stderr, 'three')
    child.kill(signal)
    expect(await outcome).toMatchObject({ code: 0, signal: null, stderr: 'info three\ninfo closed\n' })
  },
)

test('a source that writes to a file, where nothing ever waits, handles signals too', async () => {
  const folder = projectWith(plugins)
  const file = fs.openSync('/dev/null', 'w')
  onTestFinished(() => fs.closeSync(file))
  const child = start(folder, ['source', 'rude'], ['ignore', file, 'pipe'])
  const outcome = ended(child)
  await heard(child.stderr, 'open')
  child.kill('SIGINT')
  expect(await outcome).toMatchObject({ code: 0, signal: null, stderr: 'info open\ninfo closed\n' })
})

test('a function that waits for input ends at a signal while its input stays open', async () => {
  const child = start(projectWith(plugins), ['function', 'accumulateWordCount'])
  const outcome = ended(child)
  const answer = heard(child.stdout, '1\n')
  child.stdin?.write('["a", " "]\n')
  await answer
  child.kill('SIGINT')
  expect(await outcome).toMatchObject({ code: 0, signal: null, stderr: '' })
})

test('a full disk is reported in one sentence', async () => {
  const { code, stderr } = await shell(projectWith(plugins), 'kplug run source endless > /dev/full')
  expect(code).toBe(2)
  expect(stderr).toContain('Cannot write to standard output: the disk is full\n')
  expect(stderr).toContain('info closed\n')
})

test('a closed input is an empty input', async () => {
  expect(await shell(projectWith(plugins), 'kplug run function accumulateWordCount <&-')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '',
  })
})

test('a Redis that is down is reported in one sentence, and each row that needs it fails', async () => {
  const typed = 'kplug run function accumulateWordCount --state redis://127.0.0.1:1/x'
  const { code, stdout, stderr } = await shell(projectWith(plugins), `echo '["a", " "]' | ${typed}`)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(
    /^warn Cannot reach the state yet: .*127\.0\.0\.1:1.*\nLine 1: .*127\.0\.0\.1:1.*\n$/,
  )
})

const faulty = {
  'src/functions/Never.ts': 'export class Never { exec() { return new Promise(() => {}) } }\n',
  'src/functions/Exits.ts': `export class Exits {
  exec([value]: [number]) { if (value === 2) process.exit(0); return value }
}
`,
  'src/functions/Later.ts': `export class Later {
  exec() { setTimeout(() => { throw new Error('too late') }, 1); return new Promise(done => setTimeout(done, 60_000)) }
}
`,
  'src/functions/Forever.ts': `export class Forever {
  open() { setInterval(() => {}, 1000) }
  exec() { return 1 }
}
`,
  'src/functions/Loads.ts': 'await new Promise(() => {})\nexport class Loads { exec() { return 1 } }\n',
  'src/sources/Stuck.ts': `import type { SourceContext } from 'kplug'
export class Stuck { async open(ctx: SourceContext) { await ctx.emit({ a: 1 }); await ctx.closed } }
`,
  'src/sources/Talks.ts': `import { createRequire } from 'node:module'
export class Talks {
  async *open() {
    console.log('LOG')
    yield { a: 1 }
    process.stdout.write('no newline\\n')
    yield { a: 2 }
    createRequire(import.meta.url)('node:console').info('x')
  }
}
`,
  'src/sources/Fails.ts': `import type { SourceContext } from 'kplug'
export class Fails {
  async open(ctx: SourceContext) { while (!ctx.signal.aborted) { ctx.error(new Error('no broker')); } }
}
`,
}

test.each([
  [
    'never',
    'Line 1: The call never ends: its promise is pending, and nothing is left that could settle it\n',
  ],
  ['loads', 'The plugin never ends: its promise is pending, and nothing is left that could settle it\n'],
  [
    'later',
    'Line 1: too late\n    at src/functions/Later.ts:2:37\nThe process was ended with a timer still open 1 s after the plugin was closed: release it in "close"\n',
  ],
])('a function "%s" whose result never arrives is an error', async (name, sentence) => {
  const line = `echo '[1]' | kplug run function ${name}`
  expect(await shell(projectWith(faulty), line)).toMatchObject({ code: 1, stdout: '', stderr: sentence })
})

test('a source that waits for nothing is an error', async () => {
  const { code, stdout, stderr } = await shell(projectWith(faulty), 'kplug run source stuck')
  expect({ code, stdout }).toEqual({ code: 1, stdout: '{"a":1}\n' })
  expect(stderr).toBe(
    'The plugin never ends: its promise is pending, and nothing is left that could settle it\n',
  )
})

test('a plugin that ends the process fails its line, and the other lines follow', async () => {
  const line = `printf '[1]\\n[2]\\n[3]\\n' | kplug run function exits`
  const { code, stdout, stderr } = await shell(projectWith(faulty), line)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '1\n3\n' })
  expect(stderr).toMatch(/^Line 2: exit\(\) was called: .*\n {4}at src\/functions\/Exits\.ts:2:\d+\n$/)
})

test('a run ends after its input, and reports resources that a plugin left open', async () => {
  const line = `echo '[1]' | kplug run function forever`
  expect(await shell(projectWith(faulty), line)).toMatchObject({
    code: 0,
    stdout: '1\n',
    stderr:
      'The process was ended with a timer still open 1 s after the plugin was closed: release it in "close"\n',
  })
})

test('the output of a plugin goes to standard error', async () => {
  expect(await shell(projectWith(faulty), 'kplug run source talks')).toMatchObject({
    code: 0,
    stdout: '{"a":1}\n{"a":2}\n',
    stderr: 'LOG\nno newline\nx\n',
  })
})

test.each([
  ['--strict', /^no broker\n {4}at \S+\n$/],
  ['--limit 2', /^(no broker\n {4}at \S+\n){2}$/],
  ['--limit 9', /^(no broker\n {4}at \S+\n){3}no broker \(6 more like this\)\n$/],
  ['--timeout 0.2', /^(no broker\n {4}at \S+\n){3}no broker \(\d+ more like this\)\n$/],
])('a source that only fails, and never waits, ends with %s', async (option, expected) => {
  const { code, stdout, stderr } = await shell(projectWith(faulty), `kplug run source fails ${option}`)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(expected)
})
