import { expect, onTestFinished, test } from 'vitest'
import { dialControl } from '../../src/host/control.js'
import { command, FakeEngine } from '../support/fake-channels.js'

const obedient = { connected: () => {}, obey: (text: string) => Promise.resolve(`obeyed ${text.length}`) }

test('the handshake leaves before what carries out the commands is loaded, and is loaded once', async () => {
  const engine = new FakeEngine()
  const control = await engine.control('things')
  let loads = 0
  let go = (): void => {}
  const load = async (): Promise<typeof obedient> => {
    loads += 1
    await new Promise<void>(resolve => (go = resolve))
    return obedient
  }
  const dialled = dialControl(engine.channels.control('things'), load)
  onTestFinished(() => dialled.close())
  expect(await control.next()).toBe('handshake')
  const text = command('stop', 'sink', 'keep')
  const answer = control.ask(text)
  go()
  expect(await answer).toBe(`obeyed ${text.length}`)
  expect(await control.ask(text)).toBe(`obeyed ${text.length}`)
  expect(loads).toBe(1)
})

test('what looks for the end of the engine is also loaded if no engine listens', async () => {
  const engine = new FakeEngine()
  await new Promise<void>(resolve => {
    const load = (): Promise<typeof obedient> => {
      resolve()
      return Promise.resolve(obedient)
    }
    const dialled = dialControl(engine.channels.control('things'), load)
    onTestFinished(() => dialled.close())
  })
})
