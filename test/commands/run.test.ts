import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { folderWith, plain, projectWith, write } from '../support/folder.js'
import { FakeIo, type Outcome } from '../support/io.js'

const functions = {
  'src/functions/Join.ts': `export class Join { exec(args: readonly unknown[]) { return args.join('+') } }\n`,
  'src/functions/Count.ts': `export class Count { exec(_args: unknown, ctx: any) { return ctx.incrCounter('n', 1) } }\n`,
  'src/functions/Nothing.ts': `export class Nothing { exec() {} }\n`,
  'src/functions/Fails.ts': `// A line before it.
export class Fails {
  exec([value]: readonly unknown[]) {
    if (value === 'bad') throw new Error('no good')
    return value
  }
}
`,
  'src/functions/One.ts': `export class One {
  validate(args: readonly unknown[]) { if (args.length !== 1) throw new Error('one takes one') }
  exec() { return 1 }
}
`,
}

const sources = {
  'src/sources/Settings.ts': `export class Settings {
  #given = {}
  configure(dataSource: string, props: object) { this.#given = { dataSource, props } }
  async *open() { yield this.#given }
}
`,
  'src/sources/Numbers.ts': `export class Numbers {
  async *open(ctx: any) { for (let n = 1; n <= 5; n += 1) yield { n }; ctx.logger.info('all') }
  close(ctx: any) { ctx.logger.info('closed') }
}
`,
  'src/sources/Meta.ts': `export class Meta { async open(ctx: any) { await ctx.emit({ a: 1 }, { topic: 't' }); await ctx.emit({ a: 2 }) } }\n`,
  'src/sources/Broken.ts': `export class Broken {
  async *open() {
    yield { a: 1 }
    throw new Error('the line is cut')
  }
}
`,
}

const sinks = {
  'src/sinks/Log.ts': `export class Log {
  collect(ctx: any, data: any) { if (data.bad) throw new Error('no good'); ctx.logger.info(JSON.stringify(data)) }
  close(ctx: any) { ctx.logger.info('closed') }
}
`,
}

/** Types \`kplug run …\` with something on standard input. */
function run(
  folder: string,
  typed: readonly string[],
  input: string | readonly Buffer[] = '',
): Promise<Outcome> {
  const io = new FakeIo(folder, ['run', ...typed])
  for (const chunk of typeof input === 'string' ? [input] : input) io.stdin.write(chunk)
  io.stdin.end()
  return io.run()
}

const done = (stdout: string, stderr = ''): Outcome => ({ code: 0, stdout, stderr })

test('a function maps arrays of arguments to values', async () => {
  const folder = projectWith(functions)
  expect(await run(folder, ['function', 'join'], '["a","b"]\n[1]\n')).toEqual(done('"a+b"\n"1"\n'))
})

test('a function that returns nothing gives null', async () => {
  expect(await run(projectWith(functions), ['function', 'nothing'], '[]\n')).toEqual(done('null\n'))
})

test('with --args a function maps rows, and the result goes into a field', async () => {
  const rows = '{"a":1,"b":2}\n{"a":3}\n{"a":4,"b":5,"sum":6}\n'
  const folder = projectWith(functions)
  expect(await run(folder, ['function', 'join', '--args', 'a, b', '--as', 'sum'], rows)).toEqual(
    done('{"a":1,"b":2,"sum":"1+2"}\n{"a":3,"sum":"3+"}\n{"a":4,"b":5,"sum":"4+5"}\n'),
  )
  expect((await run(folder, ['function', 'join', '--args', 'a'], '{"a":1}\n')).stdout).toBe(
    '{"a":1,"result":"1"}\n',
  )
})

test('large integers go through a function unchanged', async () => {
  const folder = projectWith({ 'src/functions/Echo.ts': plain.function('Echo') })
  const input = '[1795292668348461056]\n'
  expect(await run(folder, ['function', 'echo'], input)).toEqual(done('1795292668348461056\n'))
})

test('lines that fail are reported with their numbers, and the other lines follow', async () => {
  const input = '["a"]\n{"not": "an array"}\n\nnonsense\n["bad"]\n["b"]\n'
  const outcome = await run(projectWith(functions), ['function', 'fails'], input)
  expect(outcome).toMatchObject({ code: 1, stdout: '"a"\n"b"\n' })
  expect(outcome.stderr.split('\n')).toEqual([
    'Line 2: The line must be a JSON array of arguments; for rows, name the fields with "--args"',
    expect.stringMatching(/^Line 4: .*nonsense/),
    'Line 5: no good',
    '    at src/functions/Fails.ts:4:32',
    '',
  ])
})

test('with --args a line that is not a row fails', async () => {
  const outcome = await run(projectWith(functions), ['function', 'join', '--args', 'a'], '[1]\n')
  expect(outcome).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Line 1: With "--args" the line must be a row: a JSON object\n',
  })
})

test('--strict ends at the first line that fails', async () => {
  const outcome = await run(
    projectWith(functions),
    ['function', 'fails', '--strict'],
    '["a"]\n["bad"]\n["b"]\n',
  )
  expect(outcome).toMatchObject({ code: 1, stdout: '"a"\n' })
})

test('a call that validate refuses is reported, and calls with other numbers of arguments follow', async () => {
  const outcome = await run(projectWith(functions), ['function', 'one'], '[1,2]\n[1]\n[]\n[2]\n')
  expect(outcome).toMatchObject({ code: 1, stdout: '1\n1\n' })
  expect(outcome.stderr).toMatch(/^Line 1: one takes one\n.*\nLine 3: one takes one\n/)
})

test('a source prints rows until it ends, and is closed', async () => {
  expect(await run(projectWith(sources), ['source', 'numbers'])).toEqual(
    done('{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n{"n":5}\n', 'info all\ninfo closed\n'),
  )
})

test.each([
  ['0', '', ''],
  ['1', '{"n":1}\n', 'info closed\n'],
  ['3', '{"n":1}\n{"n":2}\n{"n":3}\n', 'info closed\n'],
])('--limit %s ends a source', async (limit, stdout, stderr) => {
  expect(await run(projectWith(sources), ['source', 'Numbers', '--limit', limit])).toEqual(
    done(stdout, stderr),
  )
})

test('--meta prints the metadata of each row', async () => {
  expect((await run(projectWith(sources), ['source', 'meta', '--meta'])).stdout).toBe(
    '{"message":{"a":1},"meta":{"topic":"t"}}\n{"message":{"a":2},"meta":{}}\n',
  )
  expect((await run(projectWith(sources), ['source', 'meta'])).stdout).toBe('{"a":1}\n{"a":2}\n')
})

test('an error of a source shows its message and its place in the TypeScript', async () => {
  expect(await run(projectWith(sources), ['source', 'broken'])).toEqual({
    code: 1,
    stdout: '{"a":1}\n',
    stderr: 'the line is cut\n    at src/sources/Broken.ts:4:11\n',
  })
})

test('a source gets its data source and properties: JSON where they parse, over those of a file', async () => {
  const folder = projectWith({
    ...sources,
    'p.yaml': 'a: 1\nb:\n  - x\nc: from file\n',
    'p.json': '{"a": 1}',
  })
  const typed = [
    '--prop',
    'a=2',
    '--prop',
    'c=text',
    '--prop',
    'd={"e":null}',
    '--prop',
    'f=x=y',
    '--prop',
    'g=',
    '--prop',
    'd.h.i=1',
    '--prop',
    'd.j\\.k=2',
  ]
  const given = async (...more: string[]): Promise<unknown> =>
    JSON.parse((await run(folder, ['source', 'settings', ...more])).stdout)
  expect(await given('--datasource', 'topic/a', '--props', 'p.yaml', ...typed)).toEqual({
    dataSource: 'topic/a',
    props: { a: 2, b: ['x'], c: 'text', d: { e: null, h: { i: 1 }, 'j.k': 2 }, f: 'x=y', g: '' },
  })
  expect(await given('--props', 'p.json')).toEqual({ dataSource: '', props: { a: 1 } })
})

test('a sink takes rows, reports those that fail, and is closed', async () => {
  const outcome = await run(projectWith(sinks), ['sink', 'log'], '{"a":1}\n{"bad":1}\n[{"a":2}]\n')
  expect(outcome).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^info \{"a":1\}\nLine 2: no good\n {4}at src\/sinks\/Log.ts:2:\d+\ninfo \[\{"a":2\}\]\ninfo closed\n$/,
    ),
  })
})

test('--rule is the rule whose state is used', async () => {
  const folder = projectWith(functions)
  const count = async (...more: string[]): Promise<string> =>
    (await run(folder, ['function', 'count', '--state', 'file:state', ...more], '[]\n')).stdout
  expect(await count()).toBe('1\n')
  expect(await count()).toBe('2\n')
  expect(await count('--rule', 'other')).toBe('1\n')
  expect(await count('--rule', 'local')).toBe('3\n')
  expect(fs.existsSync(path.join(folder, 'state', 'function', 'count'))).toBe(true)
})

test('without --state the state is in memory', async () => {
  const folder = projectWith(functions)
  expect((await run(folder, ['function', 'count'], '[]\n[]\n')).stdout).toBe('1\n2\n')
  expect((await run(folder, ['function', 'count'], '[]\n')).stdout).toBe('1\n')
})

test('a plugin that is stale or was never built is built first', async () => {
  const folder = projectWith({ 'src/functions/Echo.ts': plain.function('Echo') })
  expect((await run(folder, ['function', 'echo'], '[1]\n')).stdout).toBe('1\n')
  const built = path.join(folder, 'plugins', 'functions', 'Echo@v0.1.0.js')
  const before = fs.statSync(built).mtimeMs
  await run(folder, ['function', 'echo'], '[1]\n')
  expect(fs.statSync(built).mtimeMs).toBe(before)
  write(folder, { 'src/functions/Echo.ts': 'export class Echo { exec = () => 2; }\n' })
  fs.utimesSync(path.join(folder, 'src/functions/Echo.ts'), new Date(), new Date(Date.now() + 60_000))
  // The module of the first run is kept by Node: another process would see the new one.
  await run(folder, ['function', 'echo'], '[1]\n')
  expect(fs.readFileSync(built, 'utf8')).toContain('=> 2')
})

test('a source that does not build is shown with its problem, and nothing runs', async () => {
  const folder = projectWith({ 'src/functions/Echo.ts': 'export class Echo {\n  exec( }\n' })
  const outcome = await run(folder, ['function', 'echo'], '[1]\n')
  expect(outcome).toMatchObject({ code: 1, stdout: '' })
  expect(outcome.stderr).toContain('src/functions/Echo.ts:2')
})

test('the version in effect runs, unless --version names another', async () => {
  const answering = (value: string): string => `export class Echo { exec() { return '${value}' } }\n`
  const folder = folderWith({
    'package.json': '{"type": "module"}',
    'functions/Echo@v1.9.0.js': answering('1.9'),
    'functions/Echo@v1.10.0.js': answering('1.10'),
  })
  const echo = (...more: string[]): Promise<Outcome> =>
    run(folder, ['function', 'echo', '--plugins', '.', ...more], '[]\n')
  expect((await echo()).stdout).toBe('"1.10"\n')
  expect((await echo('--version', '1.9.0')).stdout).toBe('"1.9"\n')
  expect((await echo('--version', 'v1.9.0')).stdout).toBe('"1.9"\n')
  expect(await echo('--version', '2')).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^Cannot run version "2" of function "echo": the versions in .* are 1.10.0, 1.9.0\n$/,
    ),
  })
})

test.each([
  [['function', 'jion'], 'did you mean "join"?'],
  [['function', 'nosuch'], 'see "kplug list"'],
  [['functoin', 'join'], 'did you mean "function"?'],
  [
    ['function', 'join', '--limit', '2'],
    'Cannot use option "--limit" with a function: it applies only to a source; remove it',
  ],
  [
    ['function', 'join', '--prop', 'a=1'],
    'Cannot use option "--prop" with a function: it applies only to a source or sink; remove it',
  ],
  [['function', 'join', '--as', 'a'], 'Cannot use option "--as" without "--args"'],
  [
    ['source', 'numbers', '--args', 'a'],
    'Cannot use option "--args" with a source: it applies only to a function; remove it',
  ],
  [['source', 'numbers', '--limit', 'x'], 'Invalid limit "x": use a whole number'],
  [['source', 'numbers', '--limit', '-1'], 'Invalid limit "-1": use a whole number'],
  [['source', 'numbers', '--prop', 'a'], 'Invalid property "a": use "key=value"'],
  [['source', 'numbers', '--checkpoint', '0'], 'Invalid checkpoint "0": use milliseconds'],
  [['source', 'numbers', '--props', 'none.yaml'], 'Cannot read properties from '],
  [['source', 'numbers', '--props', 'a=1'], 'it is no file; set one property with "--prop a=1"'],
  [['source', 'numbers', '--props', 'list.yaml'], 'it is not an object'],
  [['source', 'numbers', '--props', 'bad.yaml'], 'Cannot read properties from '],
  [['function', 'join', '--state', 'fiel:x'], 'Invalid state "fiel:x": use "memory", "file:DIR" or'],
  [['function', 'join', '--watch', '--version', '1'], 'remove "--plugins" and "--version"'],
])('%j exits with 2 and one sentence', async (typed, sentence) => {
  const folder = projectWith({ ...functions, ...sources, 'list.yaml': '- a\n', 'bad.yaml': 'a: [\n' })
  const { code, stdout, stderr } = await run(folder, typed, '[]\n')
  expect(stderr).toContain(sentence)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
})

test('a config that refuses the properties reports the path, the reason and the value', async () => {
  const folder = projectWith({
    'src/sinks/Strict.ts': `import * as z from 'zod'
export const config = z.object({ size: z.number().default(1) })
export class Strict { configure(props: any) { if (props.size !== 1) throw new Error('default') } collect() {} }
`,
  })
  expect(await run(folder, ['sink', 'strict'], '{}\n')).toEqual(done(''))
  const wrong = await run(folder, ['sink', 'strict', '--prop', 'size=big'], '{}\n')
  expect(wrong).toMatchObject({ code: 1, stdout: '' })
  expect(wrong.stderr).toMatch(/^Cannot configure the sink: .*size.*"big"/)
  const unknown = await run(folder, ['sink', 'strict', '--prop', 'sise=1'], '{}\n')
  expect(unknown).toMatchObject({ code: 0, stderr: expect.stringContaining('did you mean "size"') })
})

test.each([
  ['lines that end as on Windows', ['["a"]\r\n["b"]\r\n'], '"a"\n"b"\n'],
  ['a last line without an end', ['["a"]\n["b"]'], '"a"\n"b"\n'],
  ['blank lines', ['\n\n["a"]\n  \n'], '"a"\n'],
  ['a character that is cut', [...cut(Buffer.from('["Grüße 👋"]\n'), 1)], '"Grüße 👋"\n'],
  ['no line at all', [''], ''],
])('input with %s is read', async (_what, chunks, stdout) => {
  const folder = projectWith(functions)
  const input = chunks.map(chunk => Buffer.from(chunk))
  expect(await run(folder, ['function', 'join'], input)).toEqual(done(stdout))
})

test('a line of many megabytes is one line', async () => {
  const text = 'x'.repeat(20_000_000)
  const { stdout } = await run(
    projectWith(functions),
    ['function', 'join'],
    [...cut(Buffer.from(`["${text}"]\n`), 65_536)],
  )
  expect(stdout.length).toBe(text.length + 3)
})

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

test('a signal ends a plugin that waits for input, and closes it', async () => {
  const io = new FakeIo(projectWith(sinks), ['run', 'sink', 'log'])
  const running = io.run()
  io.stdin.write('{"a":1}\n')
  await io.stderr.until('{"a":1}')
  io.emit('SIGINT')
  expect(await running).toMatchObject({ code: 0, stderr: 'info {"a":1}\ninfo closed\n' })
  expect(io.listenerCount('SIGINT') + io.listenerCount('SIGTERM') + io.listenerCount('beforeExit')).toBe(0)
})

test('an input that cannot be read is reported in one sentence, and the plugin is closed', async () => {
  const io = new FakeIo(projectWith(sinks), ['run', 'sink', 'log'])
  const running = io.run()
  io.stdin.write('{"a":1}\n')
  await io.stderr.until('{"a":1}')
  io.stdin.destroy(
    Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read', errno: -5 }),
  )
  expect(await running).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^info \{"a":1\}\ninfo closed\nCannot read standard input: .+\n$/),
  })
})

test('a second signal has its default effect', async () => {
  const folder = projectWith({
    'src/functions/Hangs.ts': `export class Hangs { exec(_: any, ctx: any) { ctx.logger.info('in'); return new Promise(() => {}) } }\n`,
  })
  const io = new FakeIo(folder, ['run', 'function', 'hangs'])
  const running = io.run()
  io.stdin.write('[]\n')
  await io.stderr.until('in\n')
  io.emit('SIGTERM')
  expect(io.listenerCount('SIGTERM')).toBe(0)
  expect(await running).toMatchObject({ code: 0 })
})

test('an uncaught exception of a plugin is reported, and the plugin is closed', async () => {
  const io = new FakeIo(projectWith(sinks), ['run', 'sink', 'log'])
  const running = io.run()
  io.stdin.write('{"a":1}\n')
  await io.stderr.until('{"a":1}')
  io.emit('uncaughtException', new Error('out of nowhere'))
  const { code, stderr } = await running
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/out of nowhere\n[^]*info closed\n$/),
  })
})

test('on a terminal progress is shown on standard error, and cleared', async () => {
  const folder = projectWith({
    'src/sinks/Slow.ts': `export class Slow { async collect(ctx: any) { await ctx.sleep(5) } }\n`,
  })
  const io = new FakeIo(folder, ['run', 'sink', 'slow'])
  io.stderr.isTTY = true
  const running = io.run()
  const feeding = setInterval(() => io.stdin.write('{}\n'), 5)
  await io.stderr.until('rows/s')
  clearInterval(feeding)
  io.stdin.end()
  const { stderr } = await running
  expect(stderr).toMatch(/^\r\d+ rows, \d+ rows\/s /)
  expect(stderr.endsWith('\r\u001b[K')).toBe(true)
})
