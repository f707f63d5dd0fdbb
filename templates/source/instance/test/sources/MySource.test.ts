import { runSource } from 'kplug/testing'
import { expect, test } from 'vitest'
import { MySource } from '../../src/sources/MySource.js'

test('mySource tells the time', async () => {
  const { rows } = await runSource(MySource, { limit: 1 })
  expect(rows).toEqual([{ at: expect.any(Number) }])
})
