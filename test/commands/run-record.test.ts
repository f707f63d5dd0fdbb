import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { edit, projectWith } from '../support/folder.js'
import { FakeIo, kplug } from '../support/io.js'

const plugins = {
  'src/sources/Ids.ts': `export class Ids {
  async *open() { for (const id of ['9007199254740993', '7']) yield { id, text: 'a b' } }
}
`,
  'src/functions/Count.ts': `import type { FunctionContext } from 'kplug'
export class Count {
  exec([text]: [string], ctx: FunctionContext) { return ctx.incrCounter('n', text.split(' ').length) }
}
`,
  'src/sinks/Picky.ts': `import type { SinkContext } from 'kplug'
export class Picky {
  collect(ctx: SinkContext, row: { id: string }) { ctx.logger.info('took ' + row.id) }
}
`,
}

test('rows of a source are recorded, and a function replays them with the same output each time', async () => {
  const folder = projectWith(plugins)
  const recorded = await kplug(folder, 'run', 'source', 'ids', '--record', 'rows.ndjson')
  expect(recorded).toMatchObject({ code: 0 })
  expect(recorded.stderr).toContain(`Recorded 2 rows to ${path.join(folder, 'rows.ndjson')}\n`)
  const lines = fs.readFileSync(path.join(folder, 'rows.ndjson'), 'utf8').split('\n')
  expect(lines[0]).toMatch(/^\{"time":\d+,"row":\{"id":"9007199254740993","text":"a b"\}\}$/)
  const typed = ['--args', 'text', '--as', 'n', '--replay', 'rows.ndjson', '--speed', 'max']
  const once = await kplug(folder, 'run', 'function', 'count', ...typed, '--record', 'counted.ndjson')
  expect(once.stdout).toBe('{"id":"9007199254740993","text":"a b","n":2}\n{"id":"7","text":"a b","n":4}\n')
  const again = ['--args', 'text', '--as', 'n', '--replay', 'counted.ndjson', '--speed', 'max']
  expect((await kplug(folder, 'run', 'function', 'count', ...again)).stdout).toBe(once.stdout)
})

test('--replay --watch replays the recording with each build, and with new state', async () => {
  const folder = projectWith({ ...plugins, 'r.ndjson': '{"text":"a b"}\n{"text":"c"}\n' })
  const typed = ['--args', 'text', '--as', 'n', '--replay', 'r.ndjson', '--watch']
  const io = new FakeIo(folder, ['run', 'function', 'count', ...typed])
  const running = io.run()
  await io.stdout.until('{"text":"c","n":3}\n')
  const file = 'src/functions/Count.ts'
  edit(folder, file, plugins[file].replace('.length)', '.length * 10)'))
  await io.stdout.until('{"text":"c","n":30}\n')
  io.emit('SIGINT')
  expect((await running).stdout).toMatch(
    /^\{"text":"a b","n":2\}\n\{"text":"c","n":3\}\n\{"text":"a b","n":20\}\n\{"text":"c","n":30\}\n$/,
  )
})

test('of the rows that sinks have refused, a sink replays its own', async () => {
  const folder = projectWith({
    ...plugins,
    'dead.ndjson': ['picky', 'other']
      .map(sink => `{"time":1,"rule":"r","sink":"${sink}","reason":"no","row":{"id":"${sink}"}}\n`)
      .join(''),
  })
  expect(await kplug(folder, 'run', 'sink', 'picky', '--replay', 'dead.ndjson')).toMatchObject({
    code: 0,
    stderr: 'info took picky\n',
  })
})

test('--dead-letters keeps the rows that a sink refuses, alone and in a pipeline', async () => {
  const sink = `export class Picky {
  async collect(ctx: unknown, row: { n: number }) { if (row.n > 1) throw new Error('too large') }
}
`
  const folder = projectWith({ ...plugins, 'src/sinks/Picky.ts': sink, 'r.ndjson': '{"n":1}\n{"n":2.0}\n' })
  const typed = ['--replay', 'r.ndjson', '--dead-letters', 'dead.ndjson']
  expect((await kplug(folder, 'run', 'sink', 'picky', ...typed)).code).toBe(1)
  const io = new FakeIo(folder, ['dev', 'sink picky', '--dead-letters', 'dead.ndjson'])
  io.stdin.end('{"n":3}\n')
  await io.run()
  const kept = fs.readFileSync(path.join(folder, 'dead.ndjson'), 'utf8')
  expect(kept.replaceAll(/"time":\d+/g, '"time":0')).toBe(
    ['2.0', '3']
      .map(n => `{"time":0,"rule":"local","sink":"picky","reason":"too large","row":{"n":${n}}}\n`)
      .join(''),
  )
  edit(folder, 'src/sinks/Picky.ts', sink.replace('> 1', '> 2'))
  const { code, stderr } = await kplug(
    folder,
    'run',
    'sink',
    'picky',
    '--replay',
    'dead.ndjson',
    '--speed',
    'max',
  )
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^Line 2: too large\n/) })
})

test.each([
  [
    ['source', 'ids', '--replay', 'r'],
    'Cannot use option "--replay" with a source: it applies only to a sink or function; remove it',
  ],
  [
    ['function', 'count', '--record', 'r'],
    'Cannot use option "--record" without "--args": name the fields that are the arguments with "--args"',
  ],
  [['sink', 'picky', '--speed', '2'], 'Cannot use option "--speed" without "--replay": name a recording'],
  [
    ['sink', 'picky', '--replay', 'r', '--speed', '0'],
    'Invalid speed "0": use a factor, such as 10, or "max"',
  ],
  [['sink', 'picky', '--replay', 'gone'], /^Cannot replay .*gone: /],
  [['sink', 'picky', '--record', 'no/where'], /^Cannot record to .*no\/where: /],
])('%j is refused in one sentence', async (typed, sentence) => {
  const { code, stderr } = await kplug(projectWith(plugins), 'run', ...typed)
  expect({ code, stderr: stderr.trimEnd() }).toEqual({
    code: 2,
    stderr: typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
  })
})
