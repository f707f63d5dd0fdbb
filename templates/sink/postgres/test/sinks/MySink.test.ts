import { runSink } from 'kplug/testing'
import { expect, test } from 'vitest'
import { config, insert, MySink } from '../../src/sinks/MySink.js'

test('rows become one statement', () => {
  const rows = [
    { id: 1, 'the "name"': 'a' },
    { id: 2, 'the "name"': 'b' },
  ]
  expect(insert('plant', rows)).toEqual({
    text: 'INSERT INTO "plant" ("id", "the ""name""") VALUES ($1, $2), ($3, $4)',
    values: [1, 'a', 2, 'b'],
  })
})

test('mySink tries again, and then fails, where no database is', async () => {
  const props = { url: 'postgres://127.0.0.1:1/none', table: 'plant', retries: 2, pause: 1 }
  const sent = runSink(MySink, [{ a: 1 }], { config, props })
  await expect(sent).rejects.toThrow('ECONNREFUSED')
})
