import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { LoadFolder } from '../../src/load/load-folder.js'

test('a removed folder leaves no listener on the signal, and an abort interrupts what loads', async () => {
  const controller = new AbortController()
  new LoadFolder(undefined, controller.signal).remove()
  expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  const folder = new LoadFolder(undefined, controller.signal)
  controller.abort()
  await expect(folder.interrupted).rejects.toThrow('kplug was interrupted')
  folder.remove()
})
