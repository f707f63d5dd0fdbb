import { expect, test } from 'vitest'
import { edit, projectWith } from '../support/folder.js'
import { FakeIo } from '../support/io.js'

const func = (word: string): string =>
  `export class Count {
  async exec(_args: unknown, ctx: any) { return '${word} ' + await ctx.incrCounter('n', 1) }
  close(ctx: any) { ctx.logger.info('closed ${word}') }
}
`

const source = (word: string): string =>
  `export class Ticks {
  async *open(ctx: any) { for (;;) { yield { ${word}: await ctx.incrCounter('n', 1) }; await ctx.sleep(1) } }
}
`

test('--watch continues with a new function and the same state, and keeps the old function if the new one is broken', async () => {
  const file = 'src/functions/Count.ts'
  const folder = projectWith({ [file]: func('first') })
  const io = new FakeIo(folder, ['run', 'function', 'count', '--watch'])
  const running = io.run()
  io.stdin.write('[]\n')
  await io.stdout.until('"first 1"')
  edit(folder, file, func('second'))
  await io.stderr.until('closed first')
  await io.stderr.until('Replaced function "count" with its new build\n')
  io.stdin.write('[]\n')
  await io.stdout.until('"second 2"')
  edit(folder, file, 'export class Count {\n  exec( }\n')
  await io.stderr.until('no file was changed')
  io.stdin.write('[]\n')
  await io.stdout.until('"second 3"')
  edit(folder, file, func('third'))
  await io.stderr.until('closed second')
  io.stdin.write('[]\n')
  await io.stdout.until('"third 4"')
  io.stdin.end()
  expect(await running).toMatchObject({ code: 0, stdout: '"first 1"\n"second 2"\n"second 3"\n"third 4"\n' })
})

test('--watch opens a new source with the same state, and waits for the next build if it throws', async () => {
  const file = 'src/sources/Ticks.ts'
  const folder = projectWith({ [file]: source('first') })
  const io = new FakeIo(folder, ['run', 'source', 'ticks', '--watch'])
  const running = io.run()
  await io.stdout.until('{"first":2}')
  edit(folder, file, source('second'))
  await io.stdout.until('{"second":')
  edit(folder, file, `export class Ticks { async *open() { throw new Error('the line is cut') } }\n`)
  await io.stderr.until('the line is cut')
  edit(folder, file, source('third'))
  await io.stdout.until('{"third":')
  io.emit('SIGINT')
  const { code, stdout } = await running
  expect(code).toBe(0)
  const counted = stdout
    .trimEnd()
    .split('\n')
    .map(line => Object.values(JSON.parse(line) as object)[0] as number)
  expect(counted).toEqual(counted.toSorted((a, b) => a - b))
})

test('--watch keeps the old sink if the new one does not open', async () => {
  const file = 'src/sinks/Log.ts'
  const sink = (open: string, word: string): string =>
    `export class Log { open() { ${open} } collect(ctx: any) { ctx.logger.info('${word}') } }\n`
  const folder = projectWith({ [file]: sink('', 'first') })
  const io = new FakeIo(folder, ['run', 'sink', 'log', '--watch'])
  const running = io.run()
  io.stdin.write('{}\n')
  await io.stderr.until('info first')
  edit(folder, file, sink(`throw new Error('no broker')`, 'second'))
  const failed = await io.stderr.until('The new build failed: no broker')
  io.stdin.write('{}\n')
  await io.stderr.until('info first', failed)
  io.stdin.end()
  expect((await running).code).toBe(0)
})
