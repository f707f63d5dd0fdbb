// What only processes can show: pipes, signals, kills.
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { binary, ended } from '../support/binary.js'
import { projectWith } from '../support/folder.js'

const plugins = {
  'src/sources/Endless.ts': `export class Endless {
  async *open(ctx: any) { for (let n = 1; ; n += 1) { yield { n }; if (n === 3) ctx.logger.info('three') } }
  close(ctx: any) { ctx.logger.info('closed') }
}
`,
  'src/sources/Rude.ts': `export class Rude {
  async open(ctx: any) { ctx.logger.info('open'); while (!ctx.signal.aborted) await ctx.emit({}) }
  close(ctx: any) { ctx.logger.info('closed') }
}
`,
  'src/sources/Texts.ts': `export class Texts {
  async open(ctx: any) {
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
  'src/functions/WordCount.ts': `export class WordCount {
  exec([text]: [string], ctx: any) { return ctx.incrCounter('words', text.split(' ').length) }
}
`,
  'src/sinks/Lines.ts': `import { appendFileSync } from 'node:fs'
export class Lines {
  async collect(ctx: any, row: object) {
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

test('a counter goes on where the process was killed', async () => {
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

test('head ends a source quietly, and it is closed', async () => {
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

test('a source that writes to a file, where nothing ever waits, hears signals too', async () => {
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

test('a full disk is told in one sentence', async () => {
  const { code, stderr } = await shell(projectWith(plugins), 'kplug run source endless > /dev/full')
  expect(code).toBe(2)
  expect(stderr).toContain('Cannot write to standard output: the disk is full\n')
  expect(stderr).toContain('info closed\n')
})

test('a closed input is an empty one', async () => {
  expect(await shell(projectWith(plugins), 'kplug run function accumulateWordCount <&-')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '',
  })
})

test('a redis that is down is told in one sentence, and each row that needs it fails', async () => {
  const typed = 'kplug run function accumulateWordCount --state redis://127.0.0.1:1/x'
  const { code, stdout, stderr } = await shell(projectWith(plugins), `echo '["a", " "]' | ${typed}`)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(
    /^warn Cannot reach the state yet: .*127\.0\.0\.1:1.*\nLine 1: .*127\.0\.0\.1:1.*\n$/,
  )
})
