import { expect, test } from 'vitest'
import { FakeEngine } from '../support/fake-rest.js'
import { plain, projectWith, write } from '../support/folder.js'
import { FakeIo, kplug } from '../support/io.js'

const file = 'src/functions/Turn.ts'

const eventsIn = (stdout: string): unknown[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))

test('with --json, each event is one line', async () => {
  const engine = await FakeEngine.start()
  const io = new FakeIo(projectWith({ [file]: plain.function('Turn') }), [
    'dev',
    '--json',
    '--engine',
    engine.url,
  ])
  const run = io.run()
  await io.stdout.until('"installed"')
  write(io.cwd(), { [file]: 'export class Turn {\n  exec( }\n' })
  await io.stdout.until('"problems"')
  io.emit('SIGINT')
  const { code, stdout, stderr } = await run
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(eventsIn(stdout)).toEqual([
    { event: 'note', message: 'Watching for changes: press Ctrl-C to stop' },
    { event: 'installed', version: '0.1.0', milliseconds: expect.any(Number) },
    { event: 'problems', problems: [expect.objectContaining({ code: 'bundle-error', file, line: 2 })] },
    { event: 'note', message: 'removed the package' },
  ])
})

test('with --json, the error that stops the command is the last event', async () => {
  const folder = projectWith({ [file]: plain.function('Turn') })
  const { code, stdout, stderr } = await kplug(folder, 'dev', '--json', '--engine', 'http://127.0.0.1:1')
  expect({ code, events: eventsIn(stdout) }).toEqual({
    code: 2,
    events: [{ event: 'failed', message: stderr.trimEnd() }],
  })
})
