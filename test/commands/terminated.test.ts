import { expect, test } from 'vitest'
import { FakeEngine } from '../support/fake-rest.js'
import { folderWith } from '../support/folder.js'
import { FakeIo } from '../support/io.js'

test.each([
  ['SIGTERM', ['list']],
  ['SIGINT', ['list']],
  ['SIGTERM', ['describe', 'sink', 'a']],
  ['SIGTERM', ['call', 'function', 'a']],
  ['SIGTERM', ['doctor']],
])('%s stops kplug %j while an engine does not respond', async (signal, typed) => {
  const engine = await FakeEngine.start()
  const io = new FakeIo(folderWith(), [...typed, '--engine', engine.url])
  engine.before = () => {
    io.emit(signal)
    return new Promise(() => {})
  }
  expect(await io.run()).toEqual({
    code: 2,
    stdout: '',
    stderr: `Cannot reach ${engine.url}/: kplug was interrupted\n`,
  })
  expect(io.listenerCount(signal)).toBe(0)
})
