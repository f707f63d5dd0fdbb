import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { Pull } from '../../src/sp/pull.js'
import { Push } from '../../src/sp/push.js'
import { Req } from '../../src/sp/req.js'
import { Heard, socketPaths } from '../support/raw-peer.js'

const paths = socketPaths()
const running: ChildProcess[] = []

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

/** Runs a program, and tells each line that it prints. */
function run(program: string, args: string[]): { lines: Heard<string>; exited: Promise<unknown> } {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  running.push(child)
  const lines = new Heard<string>()
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) lines.add(line)
  })
  return { lines, exited: once(child, 'exit') }
}

// nanocat is nanomsg's own, nngcat that of its successor nng. Both come as packages: nanomsg-utils, nng-utils.
describe.each(['nanocat', 'nngcat'])('%s', program => {
  const missing = spawnSync(program, ['--help']).error !== undefined
  const it = test.skipIf(missing)
  const why = missing ? ` (skipped: ${program} is not installed)` : ''

  it(`answers our REQ socket as REP${why}`, async () => {
    const path = paths()
    const { lines } = run(program, ['--rep', '-X', path, '-D', 'command', '-Q'])
    const replies = new Heard<string>()
    const req = new Req({
      path,
      greeting: 'handshake',
      answer: reply => {
        replies.add(reply.toString())
        const answer = `answer ${replies.all.length}`
        if (replies.all.length === 1) return answer
        return replies.all.length === 2 ? Promise.resolve(Buffer.from(answer)) : new Promise(() => {})
      },
    })
    await replies.at(2)
    await lines.at(2)
    expect(lines.all).toEqual(['"handshake"', '"answer 1"', '"answer 2"'])
    expect(replies.all).toEqual(['command', 'command', 'command'])
    await req.close()
  })

  it(`pulls from our PUSH socket${why}`, async () => {
    const path = paths()
    const { lines } = run(program, ['--pull', '-X', path, '-Q'])
    const push = new Push({ path })
    const texts = Array.from({ length: 2000 }, (_, n) => `row ${n} ${'x'.repeat(n % 300)}`)
    for (const text of texts) if (!push.send(text)) await push.drained()
    // nanomsg drops what it has not read of a connection that ends, so that has to wait.
    await lines.at(1999)
    expect(lines.all).toEqual(texts.map(text => `"${text}"`))
    await push.close()
  })

  it(`pushes to our PULL socket${why}`, async () => {
    const path = paths()
    const taken = new Heard<string>()
    const pull = await Pull.listen({ path, take: message => taken.add(message.toString()) })
    run(program, ['--push', '-x', path, '-D', 'row', '-i', '1'])
    expect(await taken.at(0)).toBe('row')
    expect(await taken.at(1)).toBe('row')
    await pull.close()
  })

  it(`leaves a socket of ours that listens for another protocol${why}`, async () => {
    const path = paths()
    const lost = new Heard<string>()
    const take = (): void => {}
    const pull = await Pull.listen({ path, take, onLoss: reason => lost.add(reason.message) })
    run(program, ['--req', '-x', path, '-D', 'row'])
    expect(await lost.at(0)).toBe('Cannot talk to "req" as "pull": the peer must be "push"')
    await pull.close()
  })
})
