import { type ChildProcess, spawn } from 'node:child_process'
import * as net from 'node:net'
import * as path from 'node:path'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { binary, ended } from '../support/binary.js'
import { Debugger } from '../support/debugger.js'
import { plain, projectWith } from '../support/folder.js'
import { freePort } from '../../src/kuiperd/free-port.js'
import { kplug } from '../support/io.js'
import { linkPackages, tool } from '../support/linked-packages.js'

const reverse = `import type { Func } from 'kplug'

interface Unused {
  fields: string
}

export class ReverseText implements Func<[string]> {
  exec([text]: [string]) {
    const letters = [...text]
    return letters.toReversed().join('')
  }
}
`

function start(folder: string, typed: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [binary, 'run', ...typed], { cwd: folder })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** The first chunk of standard error that has a text. */
async function heard(child: ChildProcess, text: string): Promise<string> {
  for (;;) {
    const [chunk] = (await once(child.stderr ?? child, 'data')) as [Buffer]
    if (chunk.toString().includes(text)) return chunk.toString()
  }
}

test('a debugger pauses where the plugin starts, and at a breakpoint on a line of TypeScript', async () => {
  const folder = projectWith({ 'src/functions/ReverseText.ts': reverse })
  const file = path.join(folder, 'src/functions/ReverseText.ts')
  const child = start(folder, ['--inspect-brk=0', 'function', 'reverseText'])
  const done = ended(child)
  child.stdin?.end('["drawer"]\n')
  const debug = await Debugger.connect(await heard(child, 'Debugger listening'))
  await debug.send('Debugger.enable')
  await debug.breakAt({ file, line: 10 })
  const first = debug.paused()
  await debug.send('Runtime.runIfWaitingForDebugger')
  expect(await first).toEqual({ file, line: 7 })
  const second = debug.paused()
  await debug.send('Debugger.resume')
  expect(await second).toEqual({ file, line: 10 })
  await debug.send('Debugger.resume')
  debug.close()
  expect(await done).toMatchObject({ code: 0, stdout: '"reward"\n' })
})

test.each([
  ['run', 'function', 'reverseText'],
  ['dev', 'function reverseText'],
])('Ctrl-C ends a %s that waits for a debugger', async (...command) => {
  const folder = projectWith({ 'src/functions/ReverseText.ts': reverse })
  const child = spawn(process.execPath, [binary, ...command, '--inspect-brk=0'], { cwd: folder })
  onTestFinished(() => void child.kill('SIGKILL'))
  const done = ended(child)
  await heard(child, 'Debugger listening')
  child.kill('SIGINT')
  expect(await done).toMatchObject({ signal: 'SIGINT' })
})

test('a debugger pauses on a line of TypeScript in a test of the project', async () => {
  const folder = projectWith({
    'src/functions/ReverseText.ts': reverse,
    'test/a.test.ts': `import { runFunction } from 'kplug/testing'
import { expect, test } from 'vitest'
import { ReverseText } from '../src/functions/ReverseText.js'
test('it reverses', async () => expect(await runFunction(ReverseText, ['ab'])).toBe('ba'))
`,
  })
  linkPackages(folder)
  const file = path.join(folder, 'src/functions/ReverseText.ts')
  const args = [tool.vitest, 'run', `--inspect-brk=127.0.0.1:${await freePort()}`, '--no-file-parallelism']
  const child = spawn(process.execPath, args, { cwd: folder })
  onTestFinished(() => void child.kill('SIGKILL'))
  const debug = await Debugger.connect(await heard(child, 'Debugger listening'))
  await debug.send('Debugger.enable')
  await debug.breakAt({ file, line: 10 })
  const first = debug.paused()
  await debug.send('Runtime.runIfWaitingForDebugger')
  // Vitest pauses in the test itself first.
  await first
  const second = debug.paused()
  await debug.send('Debugger.resume')
  expect(await second).toEqual({ file, line: 10 })
  debug.close()
})

test('a port that is in use, or on another machine, is refused in one sentence', async () => {
  const folder = projectWith({ 'src/functions/Echo.ts': plain.function('Echo') })
  const server = net.createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  expect(await kplug(folder, 'run', 'function', 'echo', `--inspect=${port}`)).toMatchObject({
    code: 2,
    stderr: `Cannot inspect on port ${port}: it is in use; choose another with "--inspect=PORT", or 0 for a free one\n`,
  })
  expect(await kplug(folder, 'run', 'function', 'echo', '--inspect=0.0.0.0:9229')).toMatchObject({
    code: 2,
    stderr: 'Invalid debugger address "0.0.0.0:9229": use a port of this machine, such as --inspect=9230\n',
  })
})
