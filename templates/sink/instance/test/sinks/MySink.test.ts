import { runSink } from 'kplug/testing'
import { expect, test } from 'vitest'
import { MySink } from '../../src/sinks/MySink.js'

test('mySink logs what it gets', async () => {
  const { logs } = await runSink(MySink, [{ a: 1 }])
  expect(logs).toEqual([{ level: 'info', message: '{"a":1}' }])
})
