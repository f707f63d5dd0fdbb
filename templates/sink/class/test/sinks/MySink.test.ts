import { runSink } from 'kplug/testing'
import { expect, test } from 'vitest'
import { config, MySink } from '../../src/sinks/MySink.js'

test('mySink logs what it gets', async () => {
  const { logs } = await runSink(MySink, [{ a: 1 }], { config, props: { prefix: 'row' } })
  expect(logs).toEqual([{ level: 'info', message: 'row {"a":1}' }])
})
