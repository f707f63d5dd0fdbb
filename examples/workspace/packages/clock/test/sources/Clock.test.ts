import { runSource } from 'kplug/testing'
import { expect, test } from 'vitest'
import { config, Clock } from '../../src/sources/Clock.js'

test('clock counts up', async () => {
  const { rows } = await runSource(Clock, { config, props: { every: 1 }, limit: 3 })
  expect(rows.map(row => row['count'])).toEqual([1, 2, 3])
})
